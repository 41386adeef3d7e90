"""Loss and gradients of the network deep_tanh.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    s1[n, j] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1[n, t] = tanh(s1[n, t])
    s2[n, j] = sum(k, W2[j, k]*h1[n, k]) + b2[j]
    h2[n, t] = tanh(s2[n, t])
    s3[n, j] = sum(k, W3[j, k]*h2[n, k]) + b3[j]
    h3[n, t] = tanh(s3[n, t])
    s4[n, j] = sum(k, W4[j, k]*h3[n, k]) + b4[j]
    h4[n, t] = tanh(s4[n, t])
    s5[n, j] = sum(k, W5[j, k]*h4[n, k]) + b5[j]
    h5[n, t] = tanh(s5[n, t])
    s6[n, j] = sum(k, W6[j, k]*h5[n, k]) + b6[j]
    h6[n, t] = tanh(s6[n, t])
    s7[n, j] = sum(k, W7[j, k]*h6[n, k]) + b7[j]
    h7[n, t] = tanh(s7[n, t])
    s8[n, j] = sum(k, W8[j, k]*h7[n, k]) + b8[j]
    h8[n, t] = tanh(s8[n, t])
    s9[n, j] = sum(k, W9[j, k]*h8[n, k]) + b9[j]
    h9[n, t] = tanh(s9[n, t])
    s10[n, j] = sum(k, W10[j, k]*h9[n, k]) + b10[j]
    h10[n, t] = tanh(s10[n, t])
    s11[n, j] = sum(k, W11[j, k]*h10[n, k]) + b11[j]
    h11[n, t] = tanh(s11[n, t])
    s12[n, j] = sum(k, W12[j, k]*h11[n, k]) + b12[j]
    h12[n, t] = tanh(s12[n, t])
    s13[n, j] = sum(k, W13[j, k]*h12[n, k]) + b13[j]
    h13[n, t] = tanh(s13[n, t])
    s14[n, j] = sum(k, W14[j, k]*h13[n, k]) + b14[j]
    h14[n, t] = tanh(s14[n, t])
    s15[n, j] = sum(k, W15[j, k]*h14[n, k]) + b15[j]
    h15[n, t] = tanh(s15[n, t])
    s16[n, j] = sum(k, W16[j, k]*h15[n, k]) + b16[j]
    h16[n, t] = tanh(s16[n, t])
    s17[n, j] = sum(k, W17[j, k]*h16[n, k]) + b17[j]
    h17[n, t] = tanh(s17[n, t])
    s18[n, j] = sum(k, W18[j, k]*h17[n, k]) + b18[j]
    h18[n, t] = tanh(s18[n, t])
    s19[n, j] = sum(k, W19[j, k]*h18[n, k]) + b19[j]
    h19[n, t] = tanh(s19[n, t])
    s20[n, j] = sum(k, W20[j, k]*h19[n, k]) + b20[j]
    h20[n, t] = tanh(s20[n, t])
    s21[n, j] = sum(k, W21[j, k]*h20[n, k]) + b21[j]
    h21[n, t] = tanh(s21[n, t])
    s22[n, j] = sum(k, W22[j, k]*h21[n, k]) + b22[j]
    h22[n, t] = tanh(s22[n, t])
    s23[n, j] = sum(k, W23[j, k]*h22[n, k]) + b23[j]
    h23[n, t] = tanh(s23[n, t])
    s24[n, j] = sum(k, W24[j, k]*h23[n, k]) + b24[j]
    h24[n, t] = tanh(s24[n, t])
    s25[n, j] = sum(k, W25[j, k]*h24[n, k]) + b25[j]
    h25[n, t] = tanh(s25[n, t])
    s26[n, j] = sum(k, W26[j, k]*h25[n, k]) + b26[j]
    h26[n, t] = tanh(s26[n, t])
    s27[n, j] = sum(k, W27[j, k]*h26[n, k]) + b27[j]
    h27[n, t] = tanh(s27[n, t])
    s28[n, j] = sum(k, W28[j, k]*h27[n, k]) + b28[j]
    h28[n, t] = tanh(s28[n, t])
    s29[n, j] = sum(k, W29[j, k]*h28[n, k]) + b29[j]
    h29[n, t] = tanh(s29[n, t])
    s30[n, j] = sum(k, W30[j, k]*h29[n, k]) + b30[j]
    h30[n, t] = tanh(s30[n, t])
    s31[n, j] = sum(k, W31[j, k]*h30[n, k]) + b31[j]
    h31[n, t] = tanh(s31[n, t])
    s32[n, j] = sum(k, W32[j, k]*h31[n, k]) + b32[j]
    h32[n, t] = tanh(s32[n, t])
    s33[n, j] = sum(k, W33[j, k]*h32[n, k]) + b33[j]
    h33[n, t] = tanh(s33[n, t])
    s34[n, j] = sum(k, W34[j, k]*h33[n, k]) + b34[j]
    h34[n, t] = tanh(s34[n, t])
    s35[n, j] = sum(k, W35[j, k]*h34[n, k]) + b35[j]
    h35[n, t] = tanh(s35[n, t])
    s36[n, j] = sum(k, W36[j, k]*h35[n, k]) + b36[j]
    h36[n, t] = tanh(s36[n, t])
    s37[n, j] = sum(k, W37[j, k]*h36[n, k]) + b37[j]
    h37[n, t] = tanh(s37[n, t])
    s38[n, j] = sum(k, W38[j, k]*h37[n, k]) + b38[j]
    h38[n, t] = tanh(s38[n, t])
    s39[n, j] = sum(k, W39[j, k]*h38[n, k]) + b39[j]
    h39[n, t] = tanh(s39[n, t])
    s40[n, j] = sum(k, W40[j, k]*h39[n, k]) + b40[j]
    h40[n, t] = tanh(s40[n, t])
    s41[n, j] = sum(k, W41[j, k]*h40[n, k]) + b41[j]
    h41[n, t] = tanh(s41[n, t])
    s42[n, j] = sum(k, W42[j, k]*h41[n, k]) + b42[j]
    h42[n, t] = tanh(s42[n, t])
    s43[n, j] = sum(k, W43[j, k]*h42[n, k]) + b43[j]
    h43[n, t] = tanh(s43[n, t])
    s44[n, j] = sum(k, W44[j, k]*h43[n, k]) + b44[j]
    h44[n, t] = tanh(s44[n, t])
    s45[n, j] = sum(k, W45[j, k]*h44[n, k]) + b45[j]
    h45[n, t] = tanh(s45[n, t])
    s46[n, j] = sum(k, W46[j, k]*h45[n, k]) + b46[j]
    h46[n, t] = tanh(s46[n, t])
    s47[n, j] = sum(k, W47[j, k]*h46[n, k]) + b47[j]
    h47[n, t] = tanh(s47[n, t])
    s48[n, j] = sum(k, W48[j, k]*h47[n, k]) + b48[j]
    h48[n, t] = tanh(s48[n, t])
    s49[n, j] = sum(k, W49[j, k]*h48[n, k]) + b49[j]
    h49[n, t] = tanh(s49[n, t])
    s50[n, j] = sum(k, W50[j, k]*h49[n, k]) + b50[j]
    h50[n, t] = tanh(s50[n, t])
    loss = sum(n, j, (y[n, j] - h50[n, j])**2)/32/N

Extents bound at each call: N.

Conventions:
    tanh' is exact to an ulp of 1 where it is small
    a mean over nothing is NaN

Operations:
    forward and loss: 105696*N
    backward: 209184*N
    workspace, in floats: 1632*N
"""

import numpy as np

TITLE = "Fifty layers of 32"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W1": (32, 32),
    "b1": (32,),
    "W2": (32, 32),
    "b2": (32,),
    "W3": (32, 32),
    "b3": (32,),
    "W4": (32, 32),
    "b4": (32,),
    "W5": (32, 32),
    "b5": (32,),
    "W6": (32, 32),
    "b6": (32,),
    "W7": (32, 32),
    "b7": (32,),
    "W8": (32, 32),
    "b8": (32,),
    "W9": (32, 32),
    "b9": (32,),
    "W10": (32, 32),
    "b10": (32,),
    "W11": (32, 32),
    "b11": (32,),
    "W12": (32, 32),
    "b12": (32,),
    "W13": (32, 32),
    "b13": (32,),
    "W14": (32, 32),
    "b14": (32,),
    "W15": (32, 32),
    "b15": (32,),
    "W16": (32, 32),
    "b16": (32,),
    "W17": (32, 32),
    "b17": (32,),
    "W18": (32, 32),
    "b18": (32,),
    "W19": (32, 32),
    "b19": (32,),
    "W20": (32, 32),
    "b20": (32,),
    "W21": (32, 32),
    "b21": (32,),
    "W22": (32, 32),
    "b22": (32,),
    "W23": (32, 32),
    "b23": (32,),
    "W24": (32, 32),
    "b24": (32,),
    "W25": (32, 32),
    "b25": (32,),
    "W26": (32, 32),
    "b26": (32,),
    "W27": (32, 32),
    "b27": (32,),
    "W28": (32, 32),
    "b28": (32,),
    "W29": (32, 32),
    "b29": (32,),
    "W30": (32, 32),
    "b30": (32,),
    "W31": (32, 32),
    "b31": (32,),
    "W32": (32, 32),
    "b32": (32,),
    "W33": (32, 32),
    "b33": (32,),
    "W34": (32, 32),
    "b34": (32,),
    "W35": (32, 32),
    "b35": (32,),
    "W36": (32, 32),
    "b36": (32,),
    "W37": (32, 32),
    "b37": (32,),
    "W38": (32, 32),
    "b38": (32,),
    "W39": (32, 32),
    "b39": (32,),
    "W40": (32, 32),
    "b40": (32,),
    "W41": (32, 32),
    "b41": (32,),
    "W42": (32, 32),
    "b42": (32,),
    "W43": (32, 32),
    "b43": (32,),
    "W44": (32, 32),
    "b44": (32,),
    "W45": (32, 32),
    "b45": (32,),
    "W46": (32, 32),
    "b46": (32,),
    "W47": (32, 32),
    "b47": (32,),
    "W48": (32, 32),
    "b48": (32,),
    "W49": (32, 32),
    "b49": (32,),
    "W50": (32, 32),
    "b50": (32,),
}
INPUTS = {
    "x": ("N", 32),
}
TARGETS = {
    "y": ("N", 32),
}
OUTPUTS = ("h50",)
# One derivative of the loss per parameter.
LATEX = {
    "W1": (
        "\\frac{\\partial L}{\\partial W^{(1)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(1)}_{n,j} x_{n,k}"
    ),
    "b1": (
        "\\frac{\\partial L}{\\partial b^{(1)}_j} = \\sum_n \\bar{s}^{(1)}"
        "_{n,j}"
    ),
    "W2": (
        "\\frac{\\partial L}{\\partial W^{(2)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(2)}_{n,j} h^{(1)}_{n,k}"
    ),
    "b2": (
        "\\frac{\\partial L}{\\partial b^{(2)}_j} = \\sum_n \\bar{s}^{(2)}"
        "_{n,j}"
    ),
    "W3": (
        "\\frac{\\partial L}{\\partial W^{(3)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(3)}_{n,j} h^{(2)}_{n,k}"
    ),
    "b3": (
        "\\frac{\\partial L}{\\partial b^{(3)}_j} = \\sum_n \\bar{s}^{(3)}"
        "_{n,j}"
    ),
    "W4": (
        "\\frac{\\partial L}{\\partial W^{(4)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(4)}_{n,j} h^{(3)}_{n,k}"
    ),
    "b4": (
        "\\frac{\\partial L}{\\partial b^{(4)}_j} = \\sum_n \\bar{s}^{(4)}"
        "_{n,j}"
    ),
    "W5": (
        "\\frac{\\partial L}{\\partial W^{(5)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(5)}_{n,j} h^{(4)}_{n,k}"
    ),
    "b5": (
        "\\frac{\\partial L}{\\partial b^{(5)}_j} = \\sum_n \\bar{s}^{(5)}"
        "_{n,j}"
    ),
    "W6": (
        "\\frac{\\partial L}{\\partial W^{(6)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(6)}_{n,j} h^{(5)}_{n,k}"
    ),
    "b6": (
        "\\frac{\\partial L}{\\partial b^{(6)}_j} = \\sum_n \\bar{s}^{(6)}"
        "_{n,j}"
    ),
    "W7": (
        "\\frac{\\partial L}{\\partial W^{(7)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(7)}_{n,j} h^{(6)}_{n,k}"
    ),
    "b7": (
        "\\frac{\\partial L}{\\partial b^{(7)}_j} = \\sum_n \\bar{s}^{(7)}"
        "_{n,j}"
    ),
    "W8": (
        "\\frac{\\partial L}{\\partial W^{(8)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(8)}_{n,j} h^{(7)}_{n,k}"
    ),
    "b8": (
        "\\frac{\\partial L}{\\partial b^{(8)}_j} = \\sum_n \\bar{s}^{(8)}"
        "_{n,j}"
    ),
    "W9": (
        "\\frac{\\partial L}{\\partial W^{(9)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(9)}_{n,j} h^{(8)}_{n,k}"
    ),
    "b9": (
        "\\frac{\\partial L}{\\partial b^{(9)}_j} = \\sum_n \\bar{s}^{(9)}"
        "_{n,j}"
    ),
    "W10": (
        "\\frac{\\partial L}{\\partial W^{(10)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(10)}_{n,j} h^{(9)}_{n,k}"
    ),
    "b10": (
        "\\frac{\\partial L}{\\partial b^{(10)}_j} = \\sum_n \\bar{s}^{(10"
        ")}_{n,j}"
    ),
    "W11": (
        "\\frac{\\partial L}{\\partial W^{(11)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(11)}_{n,j} h^{(10)}_{n,k}"
    ),
    "b11": (
        "\\frac{\\partial L}{\\partial b^{(11)}_j} = \\sum_n \\bar{s}^{(11"
        ")}_{n,j}"
    ),
    "W12": (
        "\\frac{\\partial L}{\\partial W^{(12)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(12)}_{n,j} h^{(11)}_{n,k}"
    ),
    "b12": (
        "\\frac{\\partial L}{\\partial b^{(12)}_j} = \\sum_n \\bar{s}^{(12"
        ")}_{n,j}"
    ),
    "W13": (
        "\\frac{\\partial L}{\\partial W^{(13)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(13)}_{n,j} h^{(12)}_{n,k}"
    ),
    "b13": (
        "\\frac{\\partial L}{\\partial b^{(13)}_j} = \\sum_n \\bar{s}^{(13"
        ")}_{n,j}"
    ),
    "W14": (
        "\\frac{\\partial L}{\\partial W^{(14)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(14)}_{n,j} h^{(13)}_{n,k}"
    ),
    "b14": (
        "\\frac{\\partial L}{\\partial b^{(14)}_j} = \\sum_n \\bar{s}^{(14"
        ")}_{n,j}"
    ),
    "W15": (
        "\\frac{\\partial L}{\\partial W^{(15)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(15)}_{n,j} h^{(14)}_{n,k}"
    ),
    "b15": (
        "\\frac{\\partial L}{\\partial b^{(15)}_j} = \\sum_n \\bar{s}^{(15"
        ")}_{n,j}"
    ),
    "W16": (
        "\\frac{\\partial L}{\\partial W^{(16)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(16)}_{n,j} h^{(15)}_{n,k}"
    ),
    "b16": (
        "\\frac{\\partial L}{\\partial b^{(16)}_j} = \\sum_n \\bar{s}^{(16"
        ")}_{n,j}"
    ),
    "W17": (
        "\\frac{\\partial L}{\\partial W^{(17)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(17)}_{n,j} h^{(16)}_{n,k}"
    ),
    "b17": (
        "\\frac{\\partial L}{\\partial b^{(17)}_j} = \\sum_n \\bar{s}^{(17"
        ")}_{n,j}"
    ),
    "W18": (
        "\\frac{\\partial L}{\\partial W^{(18)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(18)}_{n,j} h^{(17)}_{n,k}"
    ),
    "b18": (
        "\\frac{\\partial L}{\\partial b^{(18)}_j} = \\sum_n \\bar{s}^{(18"
        ")}_{n,j}"
    ),
    "W19": (
        "\\frac{\\partial L}{\\partial W^{(19)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(19)}_{n,j} h^{(18)}_{n,k}"
    ),
    "b19": (
        "\\frac{\\partial L}{\\partial b^{(19)}_j} = \\sum_n \\bar{s}^{(19"
        ")}_{n,j}"
    ),
    "W20": (
        "\\frac{\\partial L}{\\partial W^{(20)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(20)}_{n,j} h^{(19)}_{n,k}"
    ),
    "b20": (
        "\\frac{\\partial L}{\\partial b^{(20)}_j} = \\sum_n \\bar{s}^{(20"
        ")}_{n,j}"
    ),
    "W21": (
        "\\frac{\\partial L}{\\partial W^{(21)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(21)}_{n,j} h^{(20)}_{n,k}"
    ),
    "b21": (
        "\\frac{\\partial L}{\\partial b^{(21)}_j} = \\sum_n \\bar{s}^{(21"
        ")}_{n,j}"
    ),
    "W22": (
        "\\frac{\\partial L}{\\partial W^{(22)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(22)}_{n,j} h^{(21)}_{n,k}"
    ),
    "b22": (
        "\\frac{\\partial L}{\\partial b^{(22)}_j} = \\sum_n \\bar{s}^{(22"
        ")}_{n,j}"
    ),
    "W23": (
        "\\frac{\\partial L}{\\partial W^{(23)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(23)}_{n,j} h^{(22)}_{n,k}"
    ),
    "b23": (
        "\\frac{\\partial L}{\\partial b^{(23)}_j} = \\sum_n \\bar{s}^{(23"
        ")}_{n,j}"
    ),
    "W24": (
        "\\frac{\\partial L}{\\partial W^{(24)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(24)}_{n,j} h^{(23)}_{n,k}"
    ),
    "b24": (
        "\\frac{\\partial L}{\\partial b^{(24)}_j} = \\sum_n \\bar{s}^{(24"
        ")}_{n,j}"
    ),
    "W25": (
        "\\frac{\\partial L}{\\partial W^{(25)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(25)}_{n,j} h^{(24)}_{n,k}"
    ),
    "b25": (
        "\\frac{\\partial L}{\\partial b^{(25)}_j} = \\sum_n \\bar{s}^{(25"
        ")}_{n,j}"
    ),
    "W26": (
        "\\frac{\\partial L}{\\partial W^{(26)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(26)}_{n,j} h^{(25)}_{n,k}"
    ),
    "b26": (
        "\\frac{\\partial L}{\\partial b^{(26)}_j} = \\sum_n \\bar{s}^{(26"
        ")}_{n,j}"
    ),
    "W27": (
        "\\frac{\\partial L}{\\partial W^{(27)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(27)}_{n,j} h^{(26)}_{n,k}"
    ),
    "b27": (
        "\\frac{\\partial L}{\\partial b^{(27)}_j} = \\sum_n \\bar{s}^{(27"
        ")}_{n,j}"
    ),
    "W28": (
        "\\frac{\\partial L}{\\partial W^{(28)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(28)}_{n,j} h^{(27)}_{n,k}"
    ),
    "b28": (
        "\\frac{\\partial L}{\\partial b^{(28)}_j} = \\sum_n \\bar{s}^{(28"
        ")}_{n,j}"
    ),
    "W29": (
        "\\frac{\\partial L}{\\partial W^{(29)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(29)}_{n,j} h^{(28)}_{n,k}"
    ),
    "b29": (
        "\\frac{\\partial L}{\\partial b^{(29)}_j} = \\sum_n \\bar{s}^{(29"
        ")}_{n,j}"
    ),
    "W30": (
        "\\frac{\\partial L}{\\partial W^{(30)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(30)}_{n,j} h^{(29)}_{n,k}"
    ),
    "b30": (
        "\\frac{\\partial L}{\\partial b^{(30)}_j} = \\sum_n \\bar{s}^{(30"
        ")}_{n,j}"
    ),
    "W31": (
        "\\frac{\\partial L}{\\partial W^{(31)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(31)}_{n,j} h^{(30)}_{n,k}"
    ),
    "b31": (
        "\\frac{\\partial L}{\\partial b^{(31)}_j} = \\sum_n \\bar{s}^{(31"
        ")}_{n,j}"
    ),
    "W32": (
        "\\frac{\\partial L}{\\partial W^{(32)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(32)}_{n,j} h^{(31)}_{n,k}"
    ),
    "b32": (
        "\\frac{\\partial L}{\\partial b^{(32)}_j} = \\sum_n \\bar{s}^{(32"
        ")}_{n,j}"
    ),
    "W33": (
        "\\frac{\\partial L}{\\partial W^{(33)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(33)}_{n,j} h^{(32)}_{n,k}"
    ),
    "b33": (
        "\\frac{\\partial L}{\\partial b^{(33)}_j} = \\sum_n \\bar{s}^{(33"
        ")}_{n,j}"
    ),
    "W34": (
        "\\frac{\\partial L}{\\partial W^{(34)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(34)}_{n,j} h^{(33)}_{n,k}"
    ),
    "b34": (
        "\\frac{\\partial L}{\\partial b^{(34)}_j} = \\sum_n \\bar{s}^{(34"
        ")}_{n,j}"
    ),
    "W35": (
        "\\frac{\\partial L}{\\partial W^{(35)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(35)}_{n,j} h^{(34)}_{n,k}"
    ),
    "b35": (
        "\\frac{\\partial L}{\\partial b^{(35)}_j} = \\sum_n \\bar{s}^{(35"
        ")}_{n,j}"
    ),
    "W36": (
        "\\frac{\\partial L}{\\partial W^{(36)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(36)}_{n,j} h^{(35)}_{n,k}"
    ),
    "b36": (
        "\\frac{\\partial L}{\\partial b^{(36)}_j} = \\sum_n \\bar{s}^{(36"
        ")}_{n,j}"
    ),
    "W37": (
        "\\frac{\\partial L}{\\partial W^{(37)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(37)}_{n,j} h^{(36)}_{n,k}"
    ),
    "b37": (
        "\\frac{\\partial L}{\\partial b^{(37)}_j} = \\sum_n \\bar{s}^{(37"
        ")}_{n,j}"
    ),
    "W38": (
        "\\frac{\\partial L}{\\partial W^{(38)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(38)}_{n,j} h^{(37)}_{n,k}"
    ),
    "b38": (
        "\\frac{\\partial L}{\\partial b^{(38)}_j} = \\sum_n \\bar{s}^{(38"
        ")}_{n,j}"
    ),
    "W39": (
        "\\frac{\\partial L}{\\partial W^{(39)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(39)}_{n,j} h^{(38)}_{n,k}"
    ),
    "b39": (
        "\\frac{\\partial L}{\\partial b^{(39)}_j} = \\sum_n \\bar{s}^{(39"
        ")}_{n,j}"
    ),
    "W40": (
        "\\frac{\\partial L}{\\partial W^{(40)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(40)}_{n,j} h^{(39)}_{n,k}"
    ),
    "b40": (
        "\\frac{\\partial L}{\\partial b^{(40)}_j} = \\sum_n \\bar{s}^{(40"
        ")}_{n,j}"
    ),
    "W41": (
        "\\frac{\\partial L}{\\partial W^{(41)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(41)}_{n,j} h^{(40)}_{n,k}"
    ),
    "b41": (
        "\\frac{\\partial L}{\\partial b^{(41)}_j} = \\sum_n \\bar{s}^{(41"
        ")}_{n,j}"
    ),
    "W42": (
        "\\frac{\\partial L}{\\partial W^{(42)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(42)}_{n,j} h^{(41)}_{n,k}"
    ),
    "b42": (
        "\\frac{\\partial L}{\\partial b^{(42)}_j} = \\sum_n \\bar{s}^{(42"
        ")}_{n,j}"
    ),
    "W43": (
        "\\frac{\\partial L}{\\partial W^{(43)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(43)}_{n,j} h^{(42)}_{n,k}"
    ),
    "b43": (
        "\\frac{\\partial L}{\\partial b^{(43)}_j} = \\sum_n \\bar{s}^{(43"
        ")}_{n,j}"
    ),
    "W44": (
        "\\frac{\\partial L}{\\partial W^{(44)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(44)}_{n,j} h^{(43)}_{n,k}"
    ),
    "b44": (
        "\\frac{\\partial L}{\\partial b^{(44)}_j} = \\sum_n \\bar{s}^{(44"
        ")}_{n,j}"
    ),
    "W45": (
        "\\frac{\\partial L}{\\partial W^{(45)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(45)}_{n,j} h^{(44)}_{n,k}"
    ),
    "b45": (
        "\\frac{\\partial L}{\\partial b^{(45)}_j} = \\sum_n \\bar{s}^{(45"
        ")}_{n,j}"
    ),
    "W46": (
        "\\frac{\\partial L}{\\partial W^{(46)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(46)}_{n,j} h^{(45)}_{n,k}"
    ),
    "b46": (
        "\\frac{\\partial L}{\\partial b^{(46)}_j} = \\sum_n \\bar{s}^{(46"
        ")}_{n,j}"
    ),
    "W47": (
        "\\frac{\\partial L}{\\partial W^{(47)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(47)}_{n,j} h^{(46)}_{n,k}"
    ),
    "b47": (
        "\\frac{\\partial L}{\\partial b^{(47)}_j} = \\sum_n \\bar{s}^{(47"
        ")}_{n,j}"
    ),
    "W48": (
        "\\frac{\\partial L}{\\partial W^{(48)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(48)}_{n,j} h^{(47)}_{n,k}"
    ),
    "b48": (
        "\\frac{\\partial L}{\\partial b^{(48)}_j} = \\sum_n \\bar{s}^{(48"
        ")}_{n,j}"
    ),
    "W49": (
        "\\frac{\\partial L}{\\partial W^{(49)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(49)}_{n,j} h^{(48)}_{n,k}"
    ),
    "b49": (
        "\\frac{\\partial L}{\\partial b^{(49)}_j} = \\sum_n \\bar{s}^{(49"
        ")}_{n,j}"
    ),
    "W50": (
        "\\frac{\\partial L}{\\partial W^{(50)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(50)}_{n,j} h^{(49)}_{n,k}"
    ),
    "b50": (
        "\\frac{\\partial L}{\\partial b^{(50)}_j} = \\sum_n \\bar{s}^{(50"
        ")}_{n,j}"
    ),
}
_BUFFERS = (
    "s1",
    "h1",
    "s2",
    "h2",
    "s3",
    "h3",
    "s4",
    "h4",
    "s5",
    "h5",
    "s6",
    "h6",
    "s7",
    "h7",
    "s8",
    "h8",
    "s9",
    "h9",
    "s10",
    "h10",
    "s11",
    "h11",
    "s12",
    "h12",
    "s13",
    "h13",
    "s14",
    "h14",
    "s15",
    "h15",
    "s16",
    "h16",
    "s17",
    "h17",
    "s18",
    "h18",
    "s19",
    "h19",
    "s20",
    "h20",
    "s21",
    "h21",
    "s22",
    "h22",
    "s23",
    "h23",
    "s24",
    "h24",
    "s25",
    "h25",
    "s26",
    "h26",
    "s27",
    "h27",
    "s28",
    "h28",
    "s29",
    "h29",
    "s30",
    "h30",
    "s31",
    "h31",
    "s32",
    "h32",
    "s33",
    "h33",
    "s34",
    "h34",
    "s35",
    "h35",
    "s36",
    "h36",
    "s37",
    "h37",
    "s38",
    "h38",
    "s39",
    "h39",
    "s40",
    "h40",
    "s41",
    "h41",
    "s42",
    "h42",
    "s43",
    "h43",
    "s44",
    "h44",
    "s45",
    "h45",
    "s46",
    "h46",
    "s47",
    "h47",
    "s48",
    "h48",
    "s49",
    "h49",
    "s50",
    "h50",
    "rest_loss",
    "d_s50",
    "d_h49",
    "d_s49",
    "d_h48",
    "d_s48",
    "d_h47",
    "d_s47",
    "d_h46",
    "d_s46",
    "d_h45",
    "d_s45",
    "d_h44",
    "d_s44",
    "d_h43",
    "d_s43",
    "d_h42",
    "d_s42",
    "d_h41",
    "d_s41",
    "d_h40",
    "d_s40",
    "d_h39",
    "d_s39",
    "d_h38",
    "d_s38",
    "d_h37",
    "d_s37",
    "d_h36",
    "d_s36",
    "d_h35",
    "d_s35",
    "d_h34",
    "d_s34",
    "d_h33",
    "d_s33",
    "d_h32",
    "d_s32",
    "d_h31",
    "d_s31",
    "d_h30",
    "d_s30",
    "d_h29",
    "d_s29",
    "d_h28",
    "d_s28",
    "d_h27",
    "d_s27",
    "d_h26",
    "d_s26",
    "d_h25",
    "d_s25",
    "d_h24",
    "d_s24",
    "d_h23",
    "d_s23",
    "d_h22",
    "d_s22",
    "d_h21",
    "d_s21",
    "d_h20",
    "d_s20",
    "d_h19",
    "d_s19",
    "d_h18",
    "d_s18",
    "d_h17",
    "d_s17",
    "d_h16",
    "d_s16",
    "d_h15",
    "d_s15",
    "d_h14",
    "d_s14",
    "d_h13",
    "d_s13",
    "d_h12",
    "d_s12",
    "d_h11",
    "d_s11",
    "d_h10",
    "d_s10",
    "d_h9",
    "d_s9",
    "d_h8",
    "d_s8",
    "d_h7",
    "d_s7",
    "d_h6",
    "d_s6",
    "d_h5",
    "d_s5",
    "d_h4",
    "d_s4",
    "d_h3",
    "d_s3",
    "d_h2",
    "d_s2",
    "d_h1",
    "d_s1",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "W1": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b1": np.full((32,), 0.0, dtype),
        "W2": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b2": np.full((32,), 0.0, dtype),
        "W3": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b3": np.full((32,), 0.0, dtype),
        "W4": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b4": np.full((32,), 0.0, dtype),
        "W5": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b5": np.full((32,), 0.0, dtype),
        "W6": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b6": np.full((32,), 0.0, dtype),
        "W7": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b7": np.full((32,), 0.0, dtype),
        "W8": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b8": np.full((32,), 0.0, dtype),
        "W9": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b9": np.full((32,), 0.0, dtype),
        "W10": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b10": np.full((32,), 0.0, dtype),
        "W11": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b11": np.full((32,), 0.0, dtype),
        "W12": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b12": np.full((32,), 0.0, dtype),
        "W13": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b13": np.full((32,), 0.0, dtype),
        "W14": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b14": np.full((32,), 0.0, dtype),
        "W15": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b15": np.full((32,), 0.0, dtype),
        "W16": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b16": np.full((32,), 0.0, dtype),
        "W17": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b17": np.full((32,), 0.0, dtype),
        "W18": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b18": np.full((32,), 0.0, dtype),
        "W19": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b19": np.full((32,), 0.0, dtype),
        "W20": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b20": np.full((32,), 0.0, dtype),
        "W21": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b21": np.full((32,), 0.0, dtype),
        "W22": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b22": np.full((32,), 0.0, dtype),
        "W23": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b23": np.full((32,), 0.0, dtype),
        "W24": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b24": np.full((32,), 0.0, dtype),
        "W25": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b25": np.full((32,), 0.0, dtype),
        "W26": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b26": np.full((32,), 0.0, dtype),
        "W27": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b27": np.full((32,), 0.0, dtype),
        "W28": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b28": np.full((32,), 0.0, dtype),
        "W29": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b29": np.full((32,), 0.0, dtype),
        "W30": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b30": np.full((32,), 0.0, dtype),
        "W31": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b31": np.full((32,), 0.0, dtype),
        "W32": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b32": np.full((32,), 0.0, dtype),
        "W33": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b33": np.full((32,), 0.0, dtype),
        "W34": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b34": np.full((32,), 0.0, dtype),
        "W35": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b35": np.full((32,), 0.0, dtype),
        "W36": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b36": np.full((32,), 0.0, dtype),
        "W37": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b37": np.full((32,), 0.0, dtype),
        "W38": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b38": np.full((32,), 0.0, dtype),
        "W39": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b39": np.full((32,), 0.0, dtype),
        "W40": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b40": np.full((32,), 0.0, dtype),
        "W41": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b41": np.full((32,), 0.0, dtype),
        "W42": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b42": np.full((32,), 0.0, dtype),
        "W43": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b43": np.full((32,), 0.0, dtype),
        "W44": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b44": np.full((32,), 0.0, dtype),
        "W45": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b45": np.full((32,), 0.0, dtype),
        "W46": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b46": np.full((32,), 0.0, dtype),
        "W47": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b47": np.full((32,), 0.0, dtype),
        "W48": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b48": np.full((32,), 0.0, dtype),
        "W49": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b49": np.full((32,), 0.0, dtype),
        "W50": np.asarray(rng.uniform(-0.30618621784789724, 0.30618621784789724, (32, 32)), dtype),
        "b50": np.full((32,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    1632*N floats for extents (N).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _whole("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(32 * N, dtype)
        self.s1 = memory_1.reshape(32, N)
        self.h1 = memory_1.reshape(32, N)
        self.d_s1 = memory_1.reshape(32, N)
        memory_2 = np.empty(32 * N, dtype)
        self.s2 = memory_2.reshape(32, N)
        self.h2 = memory_2.reshape(32, N)
        self.d_s2 = memory_2.reshape(32, N)
        memory_3 = np.empty(32 * N, dtype)
        self.s3 = memory_3.reshape(32, N)
        self.h3 = memory_3.reshape(32, N)
        self.d_s3 = memory_3.reshape(32, N)
        memory_4 = np.empty(32 * N, dtype)
        self.s4 = memory_4.reshape(32, N)
        self.h4 = memory_4.reshape(32, N)
        self.d_s4 = memory_4.reshape(32, N)
        memory_5 = np.empty(32 * N, dtype)
        self.s5 = memory_5.reshape(32, N)
        self.h5 = memory_5.reshape(32, N)
        self.d_s5 = memory_5.reshape(32, N)
        memory_6 = np.empty(32 * N, dtype)
        self.s6 = memory_6.reshape(32, N)
        self.h6 = memory_6.reshape(32, N)
        self.d_s6 = memory_6.reshape(32, N)
        memory_7 = np.empty(32 * N, dtype)
        self.s7 = memory_7.reshape(32, N)
        self.h7 = memory_7.reshape(32, N)
        self.d_s7 = memory_7.reshape(32, N)
        memory_8 = np.empty(32 * N, dtype)
        self.s8 = memory_8.reshape(32, N)
        self.h8 = memory_8.reshape(32, N)
        self.d_s8 = memory_8.reshape(32, N)
        memory_9 = np.empty(32 * N, dtype)
        self.s9 = memory_9.reshape(32, N)
        self.h9 = memory_9.reshape(32, N)
        self.d_s9 = memory_9.reshape(32, N)
        memory_10 = np.empty(32 * N, dtype)
        self.s10 = memory_10.reshape(32, N)
        self.h10 = memory_10.reshape(32, N)
        self.d_s10 = memory_10.reshape(32, N)
        memory_11 = np.empty(32 * N, dtype)
        self.s11 = memory_11.reshape(32, N)
        self.h11 = memory_11.reshape(32, N)
        self.d_s11 = memory_11.reshape(32, N)
        memory_12 = np.empty(32 * N, dtype)
        self.s12 = memory_12.reshape(32, N)
        self.h12 = memory_12.reshape(32, N)
        self.d_s12 = memory_12.reshape(32, N)
        memory_13 = np.empty(32 * N, dtype)
        self.s13 = memory_13.reshape(32, N)
        self.h13 = memory_13.reshape(32, N)
        self.d_s13 = memory_13.reshape(32, N)
        memory_14 = np.empty(32 * N, dtype)
        self.s14 = memory_14.reshape(32, N)
        self.h14 = memory_14.reshape(32, N)
        self.d_s14 = memory_14.reshape(32, N)
        memory_15 = np.empty(32 * N, dtype)
        self.s15 = memory_15.reshape(32, N)
        self.h15 = memory_15.reshape(32, N)
        self.d_s15 = memory_15.reshape(32, N)
        memory_16 = np.empty(32 * N, dtype)
        self.s16 = memory_16.reshape(32, N)
        self.h16 = memory_16.reshape(32, N)
        self.d_s16 = memory_16.reshape(32, N)
        memory_17 = np.empty(32 * N, dtype)
        self.s17 = memory_17.reshape(32, N)
        self.h17 = memory_17.reshape(32, N)
        self.d_s17 = memory_17.reshape(32, N)
        memory_18 = np.empty(32 * N, dtype)
        self.s18 = memory_18.reshape(32, N)
        self.h18 = memory_18.reshape(32, N)
        self.d_s18 = memory_18.reshape(32, N)
        memory_19 = np.empty(32 * N, dtype)
        self.s19 = memory_19.reshape(32, N)
        self.h19 = memory_19.reshape(32, N)
        self.d_s19 = memory_19.reshape(32, N)
        memory_20 = np.empty(32 * N, dtype)
        self.s20 = memory_20.reshape(32, N)
        self.h20 = memory_20.reshape(32, N)
        self.d_s20 = memory_20.reshape(32, N)
        memory_21 = np.empty(32 * N, dtype)
        self.s21 = memory_21.reshape(32, N)
        self.h21 = memory_21.reshape(32, N)
        self.d_s21 = memory_21.reshape(32, N)
        memory_22 = np.empty(32 * N, dtype)
        self.s22 = memory_22.reshape(32, N)
        self.h22 = memory_22.reshape(32, N)
        self.d_s22 = memory_22.reshape(32, N)
        memory_23 = np.empty(32 * N, dtype)
        self.s23 = memory_23.reshape(32, N)
        self.h23 = memory_23.reshape(32, N)
        self.d_s23 = memory_23.reshape(32, N)
        memory_24 = np.empty(32 * N, dtype)
        self.s24 = memory_24.reshape(32, N)
        self.h24 = memory_24.reshape(32, N)
        self.d_s24 = memory_24.reshape(32, N)
        memory_25 = np.empty(32 * N, dtype)
        self.s25 = memory_25.reshape(32, N)
        self.h25 = memory_25.reshape(32, N)
        self.d_s25 = memory_25.reshape(32, N)
        memory_26 = np.empty(32 * N, dtype)
        self.s26 = memory_26.reshape(32, N)
        self.h26 = memory_26.reshape(32, N)
        self.d_s26 = memory_26.reshape(32, N)
        memory_27 = np.empty(32 * N, dtype)
        self.s27 = memory_27.reshape(32, N)
        self.h27 = memory_27.reshape(32, N)
        self.d_s27 = memory_27.reshape(32, N)
        self.d_h2 = memory_27.reshape(32, N)
        memory_28 = np.empty(32 * N, dtype)
        self.s28 = memory_28.reshape(32, N)
        self.h28 = memory_28.reshape(32, N)
        self.d_s28 = memory_28.reshape(32, N)
        self.d_h4 = memory_28.reshape(32, N)
        memory_29 = np.empty(32 * N, dtype)
        self.s29 = memory_29.reshape(32, N)
        self.h29 = memory_29.reshape(32, N)
        self.d_s29 = memory_29.reshape(32, N)
        self.d_h6 = memory_29.reshape(32, N)
        memory_30 = np.empty(32 * N, dtype)
        self.s30 = memory_30.reshape(32, N)
        self.h30 = memory_30.reshape(32, N)
        self.d_s30 = memory_30.reshape(32, N)
        self.d_h8 = memory_30.reshape(32, N)
        memory_31 = np.empty(32 * N, dtype)
        self.s31 = memory_31.reshape(32, N)
        self.h31 = memory_31.reshape(32, N)
        self.d_s31 = memory_31.reshape(32, N)
        self.d_h10 = memory_31.reshape(32, N)
        memory_32 = np.empty(32 * N, dtype)
        self.s32 = memory_32.reshape(32, N)
        self.h32 = memory_32.reshape(32, N)
        self.d_s32 = memory_32.reshape(32, N)
        self.d_h12 = memory_32.reshape(32, N)
        memory_33 = np.empty(32 * N, dtype)
        self.s33 = memory_33.reshape(32, N)
        self.h33 = memory_33.reshape(32, N)
        self.d_s33 = memory_33.reshape(32, N)
        self.d_h14 = memory_33.reshape(32, N)
        memory_34 = np.empty(32 * N, dtype)
        self.s34 = memory_34.reshape(32, N)
        self.h34 = memory_34.reshape(32, N)
        self.d_s34 = memory_34.reshape(32, N)
        self.d_h16 = memory_34.reshape(32, N)
        memory_35 = np.empty(32 * N, dtype)
        self.s35 = memory_35.reshape(32, N)
        self.h35 = memory_35.reshape(32, N)
        self.d_s35 = memory_35.reshape(32, N)
        self.d_h18 = memory_35.reshape(32, N)
        memory_36 = np.empty(32 * N, dtype)
        self.s36 = memory_36.reshape(32, N)
        self.h36 = memory_36.reshape(32, N)
        self.d_s36 = memory_36.reshape(32, N)
        self.d_h20 = memory_36.reshape(32, N)
        memory_37 = np.empty(32 * N, dtype)
        self.s37 = memory_37.reshape(32, N)
        self.h37 = memory_37.reshape(32, N)
        self.d_s37 = memory_37.reshape(32, N)
        self.d_h22 = memory_37.reshape(32, N)
        memory_38 = np.empty(32 * N, dtype)
        self.s38 = memory_38.reshape(32, N)
        self.h38 = memory_38.reshape(32, N)
        self.d_s38 = memory_38.reshape(32, N)
        self.d_h24 = memory_38.reshape(32, N)
        memory_39 = np.empty(32 * N, dtype)
        self.s39 = memory_39.reshape(32, N)
        self.h39 = memory_39.reshape(32, N)
        self.d_s39 = memory_39.reshape(32, N)
        self.d_h26 = memory_39.reshape(32, N)
        self.d_h1 = memory_39.reshape(32, N)
        memory_40 = np.empty(32 * N, dtype)
        self.s40 = memory_40.reshape(32, N)
        self.h40 = memory_40.reshape(32, N)
        self.d_s40 = memory_40.reshape(32, N)
        self.d_h28 = memory_40.reshape(32, N)
        self.d_h5 = memory_40.reshape(32, N)
        memory_41 = np.empty(32 * N, dtype)
        self.s41 = memory_41.reshape(32, N)
        self.h41 = memory_41.reshape(32, N)
        self.d_s41 = memory_41.reshape(32, N)
        self.d_h30 = memory_41.reshape(32, N)
        self.d_h9 = memory_41.reshape(32, N)
        memory_42 = np.empty(32 * N, dtype)
        self.s42 = memory_42.reshape(32, N)
        self.h42 = memory_42.reshape(32, N)
        self.d_s42 = memory_42.reshape(32, N)
        self.d_h32 = memory_42.reshape(32, N)
        self.d_h13 = memory_42.reshape(32, N)
        memory_43 = np.empty(32 * N, dtype)
        self.s43 = memory_43.reshape(32, N)
        self.h43 = memory_43.reshape(32, N)
        self.d_s43 = memory_43.reshape(32, N)
        self.d_h34 = memory_43.reshape(32, N)
        self.d_h17 = memory_43.reshape(32, N)
        memory_44 = np.empty(32 * N, dtype)
        self.s44 = memory_44.reshape(32, N)
        self.h44 = memory_44.reshape(32, N)
        self.d_s44 = memory_44.reshape(32, N)
        self.d_h36 = memory_44.reshape(32, N)
        self.d_h21 = memory_44.reshape(32, N)
        memory_45 = np.empty(32 * N, dtype)
        self.s45 = memory_45.reshape(32, N)
        self.h45 = memory_45.reshape(32, N)
        self.d_s45 = memory_45.reshape(32, N)
        self.d_h38 = memory_45.reshape(32, N)
        self.d_h25 = memory_45.reshape(32, N)
        memory_46 = np.empty(32 * N, dtype)
        self.s46 = memory_46.reshape(32, N)
        self.h46 = memory_46.reshape(32, N)
        self.d_s46 = memory_46.reshape(32, N)
        self.d_h40 = memory_46.reshape(32, N)
        self.d_h29 = memory_46.reshape(32, N)
        self.d_h7 = memory_46.reshape(32, N)
        memory_47 = np.empty(32 * N, dtype)
        self.s47 = memory_47.reshape(32, N)
        self.h47 = memory_47.reshape(32, N)
        self.d_s47 = memory_47.reshape(32, N)
        self.d_h42 = memory_47.reshape(32, N)
        self.d_h33 = memory_47.reshape(32, N)
        self.d_h15 = memory_47.reshape(32, N)
        memory_48 = np.empty(32 * N, dtype)
        self.s48 = memory_48.reshape(32, N)
        self.h48 = memory_48.reshape(32, N)
        self.d_s48 = memory_48.reshape(32, N)
        self.d_h44 = memory_48.reshape(32, N)
        self.d_h37 = memory_48.reshape(32, N)
        self.d_h23 = memory_48.reshape(32, N)
        memory_49 = np.empty(32 * N, dtype)
        self.s49 = memory_49.reshape(32, N)
        self.h49 = memory_49.reshape(32, N)
        self.d_s49 = memory_49.reshape(32, N)
        self.d_h46 = memory_49.reshape(32, N)
        self.d_h41 = memory_49.reshape(32, N)
        self.d_h31 = memory_49.reshape(32, N)
        self.d_h11 = memory_49.reshape(32, N)
        memory_50 = np.empty(32 * N, dtype)
        self.s50 = memory_50.reshape(32, N)
        self.h50 = memory_50.reshape(32, N)
        self.d_s50 = memory_50.reshape(32, N)
        self.d_h48 = memory_50.reshape(32, N)
        self.d_h45 = memory_50.reshape(32, N)
        self.d_h39 = memory_50.reshape(32, N)
        self.d_h27 = memory_50.reshape(32, N)
        self.d_h3 = memory_50.reshape(32, N)
        memory_51 = np.empty(32 * N, dtype)
        self.rest_loss = memory_51.reshape(32, N)
        self.d_h49 = memory_51.reshape(32, N)
        self.d_h47 = memory_51.reshape(32, N)
        self.d_h43 = memory_51.reshape(32, N)
        self.d_h35 = memory_51.reshape(32, N)
        self.d_h19 = memory_51.reshape(32, N)
        self.ones_N = np.ones(N, dtype)

    def require(self, size, dtype):
        """Raise TypeError or ValueError where this is no workspace, or one for other data."""
        if not isinstance(self, Workspace):
            raise TypeError(f"workspace is a {type(self).__name__}, not a Workspace of this module")
        if self.size != size or self.dtype != dtype:
            raise ValueError(
                f"the workspace was made for extents {self.size} in {self.dtype}, "
                f"but the arguments have {size} in {dtype}"
            )


@np.errstate(all="ignore")
def forward(params, x):
    """The output h50, a new array."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 32), 0)
    W1 = _floats("W1", params["W1"], (32, 32), dtype)
    b1 = _floats("b1", params["b1"], (32,), dtype)
    W2 = _floats("W2", params["W2"], (32, 32), dtype)
    b2 = _floats("b2", params["b2"], (32,), dtype)
    W3 = _floats("W3", params["W3"], (32, 32), dtype)
    b3 = _floats("b3", params["b3"], (32,), dtype)
    W4 = _floats("W4", params["W4"], (32, 32), dtype)
    b4 = _floats("b4", params["b4"], (32,), dtype)
    W5 = _floats("W5", params["W5"], (32, 32), dtype)
    b5 = _floats("b5", params["b5"], (32,), dtype)
    W6 = _floats("W6", params["W6"], (32, 32), dtype)
    b6 = _floats("b6", params["b6"], (32,), dtype)
    W7 = _floats("W7", params["W7"], (32, 32), dtype)
    b7 = _floats("b7", params["b7"], (32,), dtype)
    W8 = _floats("W8", params["W8"], (32, 32), dtype)
    b8 = _floats("b8", params["b8"], (32,), dtype)
    W9 = _floats("W9", params["W9"], (32, 32), dtype)
    b9 = _floats("b9", params["b9"], (32,), dtype)
    W10 = _floats("W10", params["W10"], (32, 32), dtype)
    b10 = _floats("b10", params["b10"], (32,), dtype)
    W11 = _floats("W11", params["W11"], (32, 32), dtype)
    b11 = _floats("b11", params["b11"], (32,), dtype)
    W12 = _floats("W12", params["W12"], (32, 32), dtype)
    b12 = _floats("b12", params["b12"], (32,), dtype)
    W13 = _floats("W13", params["W13"], (32, 32), dtype)
    b13 = _floats("b13", params["b13"], (32,), dtype)
    W14 = _floats("W14", params["W14"], (32, 32), dtype)
    b14 = _floats("b14", params["b14"], (32,), dtype)
    W15 = _floats("W15", params["W15"], (32, 32), dtype)
    b15 = _floats("b15", params["b15"], (32,), dtype)
    W16 = _floats("W16", params["W16"], (32, 32), dtype)
    b16 = _floats("b16", params["b16"], (32,), dtype)
    W17 = _floats("W17", params["W17"], (32, 32), dtype)
    b17 = _floats("b17", params["b17"], (32,), dtype)
    W18 = _floats("W18", params["W18"], (32, 32), dtype)
    b18 = _floats("b18", params["b18"], (32,), dtype)
    W19 = _floats("W19", params["W19"], (32, 32), dtype)
    b19 = _floats("b19", params["b19"], (32,), dtype)
    W20 = _floats("W20", params["W20"], (32, 32), dtype)
    b20 = _floats("b20", params["b20"], (32,), dtype)
    W21 = _floats("W21", params["W21"], (32, 32), dtype)
    b21 = _floats("b21", params["b21"], (32,), dtype)
    W22 = _floats("W22", params["W22"], (32, 32), dtype)
    b22 = _floats("b22", params["b22"], (32,), dtype)
    W23 = _floats("W23", params["W23"], (32, 32), dtype)
    b23 = _floats("b23", params["b23"], (32,), dtype)
    W24 = _floats("W24", params["W24"], (32, 32), dtype)
    b24 = _floats("b24", params["b24"], (32,), dtype)
    W25 = _floats("W25", params["W25"], (32, 32), dtype)
    b25 = _floats("b25", params["b25"], (32,), dtype)
    W26 = _floats("W26", params["W26"], (32, 32), dtype)
    b26 = _floats("b26", params["b26"], (32,), dtype)
    W27 = _floats("W27", params["W27"], (32, 32), dtype)
    b27 = _floats("b27", params["b27"], (32,), dtype)
    W28 = _floats("W28", params["W28"], (32, 32), dtype)
    b28 = _floats("b28", params["b28"], (32,), dtype)
    W29 = _floats("W29", params["W29"], (32, 32), dtype)
    b29 = _floats("b29", params["b29"], (32,), dtype)
    W30 = _floats("W30", params["W30"], (32, 32), dtype)
    b30 = _floats("b30", params["b30"], (32,), dtype)
    W31 = _floats("W31", params["W31"], (32, 32), dtype)
    b31 = _floats("b31", params["b31"], (32,), dtype)
    W32 = _floats("W32", params["W32"], (32, 32), dtype)
    b32 = _floats("b32", params["b32"], (32,), dtype)
    W33 = _floats("W33", params["W33"], (32, 32), dtype)
    b33 = _floats("b33", params["b33"], (32,), dtype)
    W34 = _floats("W34", params["W34"], (32, 32), dtype)
    b34 = _floats("b34", params["b34"], (32,), dtype)
    W35 = _floats("W35", params["W35"], (32, 32), dtype)
    b35 = _floats("b35", params["b35"], (32,), dtype)
    W36 = _floats("W36", params["W36"], (32, 32), dtype)
    b36 = _floats("b36", params["b36"], (32,), dtype)
    W37 = _floats("W37", params["W37"], (32, 32), dtype)
    b37 = _floats("b37", params["b37"], (32,), dtype)
    W38 = _floats("W38", params["W38"], (32, 32), dtype)
    b38 = _floats("b38", params["b38"], (32,), dtype)
    W39 = _floats("W39", params["W39"], (32, 32), dtype)
    b39 = _floats("b39", params["b39"], (32,), dtype)
    W40 = _floats("W40", params["W40"], (32, 32), dtype)
    b40 = _floats("b40", params["b40"], (32,), dtype)
    W41 = _floats("W41", params["W41"], (32, 32), dtype)
    b41 = _floats("b41", params["b41"], (32,), dtype)
    W42 = _floats("W42", params["W42"], (32, 32), dtype)
    b42 = _floats("b42", params["b42"], (32,), dtype)
    W43 = _floats("W43", params["W43"], (32, 32), dtype)
    b43 = _floats("b43", params["b43"], (32,), dtype)
    W44 = _floats("W44", params["W44"], (32, 32), dtype)
    b44 = _floats("b44", params["b44"], (32,), dtype)
    W45 = _floats("W45", params["W45"], (32, 32), dtype)
    b45 = _floats("b45", params["b45"], (32,), dtype)
    W46 = _floats("W46", params["W46"], (32, 32), dtype)
    b46 = _floats("b46", params["b46"], (32,), dtype)
    W47 = _floats("W47", params["W47"], (32, 32), dtype)
    b47 = _floats("b47", params["b47"], (32,), dtype)
    W48 = _floats("W48", params["W48"], (32, 32), dtype)
    b48 = _floats("b48", params["b48"], (32,), dtype)
    W49 = _floats("W49", params["W49"], (32, 32), dtype)
    b49 = _floats("b49", params["b49"], (32,), dtype)
    W50 = _floats("W50", params["W50"], (32, 32), dtype)
    b50 = _floats("b50", params["b50"], (32,), dtype)
    x = _floats("x", x, (N, 32), dtype)
    s1 = np.dot(W1, x.T)  # s1[j, n] = sum(k, W1[j, k]*x[n, k])
    s1 = np.add(s1, b1[:, None], out=s1)  # s1[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1 = np.tanh(s1)  # h1[t, n] = tanh(s1[t, n])
    s2 = np.dot(W2, h1)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n])
    s2 = np.add(s2, b2[:, None], out=s2)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n]) + b2[j]
    h2 = np.tanh(s2)  # h2[t, n] = tanh(s2[t, n])
    s3 = np.dot(W3, h2)  # s3[j, n] = sum(k, W3[j, k]*h2[k, n])
    s3 = np.add(s3, b3[:, None], out=s3)  # s3[j, n] = sum(k, W3[j, k]*h2[k, n]) + b3[j]
    h3 = np.tanh(s3)  # h3[t, n] = tanh(s3[t, n])
    s4 = np.dot(W4, h3)  # s4[j, n] = sum(k, W4[j, k]*h3[k, n])
    s4 = np.add(s4, b4[:, None], out=s4)  # s4[j, n] = sum(k, W4[j, k]*h3[k, n]) + b4[j]
    h4 = np.tanh(s4)  # h4[t, n] = tanh(s4[t, n])
    s5 = np.dot(W5, h4)  # s5[j, n] = sum(k, W5[j, k]*h4[k, n])
    s5 = np.add(s5, b5[:, None], out=s5)  # s5[j, n] = sum(k, W5[j, k]*h4[k, n]) + b5[j]
    h5 = np.tanh(s5)  # h5[t, n] = tanh(s5[t, n])
    s6 = np.dot(W6, h5)  # s6[j, n] = sum(k, W6[j, k]*h5[k, n])
    s6 = np.add(s6, b6[:, None], out=s6)  # s6[j, n] = sum(k, W6[j, k]*h5[k, n]) + b6[j]
    h6 = np.tanh(s6)  # h6[t, n] = tanh(s6[t, n])
    s7 = np.dot(W7, h6)  # s7[j, n] = sum(k, W7[j, k]*h6[k, n])
    s7 = np.add(s7, b7[:, None], out=s7)  # s7[j, n] = sum(k, W7[j, k]*h6[k, n]) + b7[j]
    h7 = np.tanh(s7)  # h7[t, n] = tanh(s7[t, n])
    s8 = np.dot(W8, h7)  # s8[j, n] = sum(k, W8[j, k]*h7[k, n])
    s8 = np.add(s8, b8[:, None], out=s8)  # s8[j, n] = sum(k, W8[j, k]*h7[k, n]) + b8[j]
    h8 = np.tanh(s8)  # h8[t, n] = tanh(s8[t, n])
    s9 = np.dot(W9, h8)  # s9[j, n] = sum(k, W9[j, k]*h8[k, n])
    s9 = np.add(s9, b9[:, None], out=s9)  # s9[j, n] = sum(k, W9[j, k]*h8[k, n]) + b9[j]
    h9 = np.tanh(s9)  # h9[t, n] = tanh(s9[t, n])
    s10 = np.dot(W10, h9)  # s10[j, n] = sum(k, W10[j, k]*h9[k, n])
    s10 = np.add(s10, b10[:, None], out=s10)  # s10[j, n] = sum(k, W10[j, k]*h9[k, n]) + b10[j]
    h10 = np.tanh(s10)  # h10[t, n] = tanh(s10[t, n])
    s11 = np.dot(W11, h10)  # s11[j, n] = sum(k, W11[j, k]*h10[k, n])
    s11 = np.add(s11, b11[:, None], out=s11)  # s11[j, n] = sum(k, W11[j, k]*h10[k, n]) + b11[j]
    h11 = np.tanh(s11)  # h11[t, n] = tanh(s11[t, n])
    s12 = np.dot(W12, h11)  # s12[j, n] = sum(k, W12[j, k]*h11[k, n])
    s12 = np.add(s12, b12[:, None], out=s12)  # s12[j, n] = sum(k, W12[j, k]*h11[k, n]) + b12[j]
    h12 = np.tanh(s12)  # h12[t, n] = tanh(s12[t, n])
    s13 = np.dot(W13, h12)  # s13[j, n] = sum(k, W13[j, k]*h12[k, n])
    s13 = np.add(s13, b13[:, None], out=s13)  # s13[j, n] = sum(k, W13[j, k]*h12[k, n]) + b13[j]
    h13 = np.tanh(s13)  # h13[t, n] = tanh(s13[t, n])
    s14 = np.dot(W14, h13)  # s14[j, n] = sum(k, W14[j, k]*h13[k, n])
    s14 = np.add(s14, b14[:, None], out=s14)  # s14[j, n] = sum(k, W14[j, k]*h13[k, n]) + b14[j]
    h14 = np.tanh(s14)  # h14[t, n] = tanh(s14[t, n])
    s15 = np.dot(W15, h14)  # s15[j, n] = sum(k, W15[j, k]*h14[k, n])
    s15 = np.add(s15, b15[:, None], out=s15)  # s15[j, n] = sum(k, W15[j, k]*h14[k, n]) + b15[j]
    h15 = np.tanh(s15)  # h15[t, n] = tanh(s15[t, n])
    s16 = np.dot(W16, h15)  # s16[j, n] = sum(k, W16[j, k]*h15[k, n])
    s16 = np.add(s16, b16[:, None], out=s16)  # s16[j, n] = sum(k, W16[j, k]*h15[k, n]) + b16[j]
    h16 = np.tanh(s16)  # h16[t, n] = tanh(s16[t, n])
    s17 = np.dot(W17, h16)  # s17[j, n] = sum(k, W17[j, k]*h16[k, n])
    s17 = np.add(s17, b17[:, None], out=s17)  # s17[j, n] = sum(k, W17[j, k]*h16[k, n]) + b17[j]
    h17 = np.tanh(s17)  # h17[t, n] = tanh(s17[t, n])
    s18 = np.dot(W18, h17)  # s18[j, n] = sum(k, W18[j, k]*h17[k, n])
    s18 = np.add(s18, b18[:, None], out=s18)  # s18[j, n] = sum(k, W18[j, k]*h17[k, n]) + b18[j]
    h18 = np.tanh(s18)  # h18[t, n] = tanh(s18[t, n])
    s19 = np.dot(W19, h18)  # s19[j, n] = sum(k, W19[j, k]*h18[k, n])
    s19 = np.add(s19, b19[:, None], out=s19)  # s19[j, n] = sum(k, W19[j, k]*h18[k, n]) + b19[j]
    h19 = np.tanh(s19)  # h19[t, n] = tanh(s19[t, n])
    s20 = np.dot(W20, h19)  # s20[j, n] = sum(k, W20[j, k]*h19[k, n])
    s20 = np.add(s20, b20[:, None], out=s20)  # s20[j, n] = sum(k, W20[j, k]*h19[k, n]) + b20[j]
    h20 = np.tanh(s20)  # h20[t, n] = tanh(s20[t, n])
    s21 = np.dot(W21, h20)  # s21[j, n] = sum(k, W21[j, k]*h20[k, n])
    s21 = np.add(s21, b21[:, None], out=s21)  # s21[j, n] = sum(k, W21[j, k]*h20[k, n]) + b21[j]
    h21 = np.tanh(s21)  # h21[t, n] = tanh(s21[t, n])
    s22 = np.dot(W22, h21)  # s22[j, n] = sum(k, W22[j, k]*h21[k, n])
    s22 = np.add(s22, b22[:, None], out=s22)  # s22[j, n] = sum(k, W22[j, k]*h21[k, n]) + b22[j]
    h22 = np.tanh(s22)  # h22[t, n] = tanh(s22[t, n])
    s23 = np.dot(W23, h22)  # s23[j, n] = sum(k, W23[j, k]*h22[k, n])
    s23 = np.add(s23, b23[:, None], out=s23)  # s23[j, n] = sum(k, W23[j, k]*h22[k, n]) + b23[j]
    h23 = np.tanh(s23)  # h23[t, n] = tanh(s23[t, n])
    s24 = np.dot(W24, h23)  # s24[j, n] = sum(k, W24[j, k]*h23[k, n])
    s24 = np.add(s24, b24[:, None], out=s24)  # s24[j, n] = sum(k, W24[j, k]*h23[k, n]) + b24[j]
    h24 = np.tanh(s24)  # h24[t, n] = tanh(s24[t, n])
    s25 = np.dot(W25, h24)  # s25[j, n] = sum(k, W25[j, k]*h24[k, n])
    s25 = np.add(s25, b25[:, None], out=s25)  # s25[j, n] = sum(k, W25[j, k]*h24[k, n]) + b25[j]
    h25 = np.tanh(s25)  # h25[t, n] = tanh(s25[t, n])
    s26 = np.dot(W26, h25)  # s26[j, n] = sum(k, W26[j, k]*h25[k, n])
    s26 = np.add(s26, b26[:, None], out=s26)  # s26[j, n] = sum(k, W26[j, k]*h25[k, n]) + b26[j]
    h26 = np.tanh(s26)  # h26[t, n] = tanh(s26[t, n])
    s27 = np.dot(W27, h26)  # s27[j, n] = sum(k, W27[j, k]*h26[k, n])
    s27 = np.add(s27, b27[:, None], out=s27)  # s27[j, n] = sum(k, W27[j, k]*h26[k, n]) + b27[j]
    h27 = np.tanh(s27)  # h27[t, n] = tanh(s27[t, n])
    s28 = np.dot(W28, h27)  # s28[j, n] = sum(k, W28[j, k]*h27[k, n])
    s28 = np.add(s28, b28[:, None], out=s28)  # s28[j, n] = sum(k, W28[j, k]*h27[k, n]) + b28[j]
    h28 = np.tanh(s28)  # h28[t, n] = tanh(s28[t, n])
    s29 = np.dot(W29, h28)  # s29[j, n] = sum(k, W29[j, k]*h28[k, n])
    s29 = np.add(s29, b29[:, None], out=s29)  # s29[j, n] = sum(k, W29[j, k]*h28[k, n]) + b29[j]
    h29 = np.tanh(s29)  # h29[t, n] = tanh(s29[t, n])
    s30 = np.dot(W30, h29)  # s30[j, n] = sum(k, W30[j, k]*h29[k, n])
    s30 = np.add(s30, b30[:, None], out=s30)  # s30[j, n] = sum(k, W30[j, k]*h29[k, n]) + b30[j]
    h30 = np.tanh(s30)  # h30[t, n] = tanh(s30[t, n])
    s31 = np.dot(W31, h30)  # s31[j, n] = sum(k, W31[j, k]*h30[k, n])
    s31 = np.add(s31, b31[:, None], out=s31)  # s31[j, n] = sum(k, W31[j, k]*h30[k, n]) + b31[j]
    h31 = np.tanh(s31)  # h31[t, n] = tanh(s31[t, n])
    s32 = np.dot(W32, h31)  # s32[j, n] = sum(k, W32[j, k]*h31[k, n])
    s32 = np.add(s32, b32[:, None], out=s32)  # s32[j, n] = sum(k, W32[j, k]*h31[k, n]) + b32[j]
    h32 = np.tanh(s32)  # h32[t, n] = tanh(s32[t, n])
    s33 = np.dot(W33, h32)  # s33[j, n] = sum(k, W33[j, k]*h32[k, n])
    s33 = np.add(s33, b33[:, None], out=s33)  # s33[j, n] = sum(k, W33[j, k]*h32[k, n]) + b33[j]
    h33 = np.tanh(s33)  # h33[t, n] = tanh(s33[t, n])
    s34 = np.dot(W34, h33)  # s34[j, n] = sum(k, W34[j, k]*h33[k, n])
    s34 = np.add(s34, b34[:, None], out=s34)  # s34[j, n] = sum(k, W34[j, k]*h33[k, n]) + b34[j]
    h34 = np.tanh(s34)  # h34[t, n] = tanh(s34[t, n])
    s35 = np.dot(W35, h34)  # s35[j, n] = sum(k, W35[j, k]*h34[k, n])
    s35 = np.add(s35, b35[:, None], out=s35)  # s35[j, n] = sum(k, W35[j, k]*h34[k, n]) + b35[j]
    h35 = np.tanh(s35)  # h35[t, n] = tanh(s35[t, n])
    s36 = np.dot(W36, h35)  # s36[j, n] = sum(k, W36[j, k]*h35[k, n])
    s36 = np.add(s36, b36[:, None], out=s36)  # s36[j, n] = sum(k, W36[j, k]*h35[k, n]) + b36[j]
    h36 = np.tanh(s36)  # h36[t, n] = tanh(s36[t, n])
    s37 = np.dot(W37, h36)  # s37[j, n] = sum(k, W37[j, k]*h36[k, n])
    s37 = np.add(s37, b37[:, None], out=s37)  # s37[j, n] = sum(k, W37[j, k]*h36[k, n]) + b37[j]
    h37 = np.tanh(s37)  # h37[t, n] = tanh(s37[t, n])
    s38 = np.dot(W38, h37)  # s38[j, n] = sum(k, W38[j, k]*h37[k, n])
    s38 = np.add(s38, b38[:, None], out=s38)  # s38[j, n] = sum(k, W38[j, k]*h37[k, n]) + b38[j]
    h38 = np.tanh(s38)  # h38[t, n] = tanh(s38[t, n])
    s39 = np.dot(W39, h38)  # s39[j, n] = sum(k, W39[j, k]*h38[k, n])
    s39 = np.add(s39, b39[:, None], out=s39)  # s39[j, n] = sum(k, W39[j, k]*h38[k, n]) + b39[j]
    h39 = np.tanh(s39)  # h39[t, n] = tanh(s39[t, n])
    s40 = np.dot(W40, h39)  # s40[j, n] = sum(k, W40[j, k]*h39[k, n])
    s40 = np.add(s40, b40[:, None], out=s40)  # s40[j, n] = sum(k, W40[j, k]*h39[k, n]) + b40[j]
    h40 = np.tanh(s40)  # h40[t, n] = tanh(s40[t, n])
    s41 = np.dot(W41, h40)  # s41[j, n] = sum(k, W41[j, k]*h40[k, n])
    s41 = np.add(s41, b41[:, None], out=s41)  # s41[j, n] = sum(k, W41[j, k]*h40[k, n]) + b41[j]
    h41 = np.tanh(s41)  # h41[t, n] = tanh(s41[t, n])
    s42 = np.dot(W42, h41)  # s42[j, n] = sum(k, W42[j, k]*h41[k, n])
    s42 = np.add(s42, b42[:, None], out=s42)  # s42[j, n] = sum(k, W42[j, k]*h41[k, n]) + b42[j]
    h42 = np.tanh(s42)  # h42[t, n] = tanh(s42[t, n])
    s43 = np.dot(W43, h42)  # s43[j, n] = sum(k, W43[j, k]*h42[k, n])
    s43 = np.add(s43, b43[:, None], out=s43)  # s43[j, n] = sum(k, W43[j, k]*h42[k, n]) + b43[j]
    h43 = np.tanh(s43)  # h43[t, n] = tanh(s43[t, n])
    s44 = np.dot(W44, h43)  # s44[j, n] = sum(k, W44[j, k]*h43[k, n])
    s44 = np.add(s44, b44[:, None], out=s44)  # s44[j, n] = sum(k, W44[j, k]*h43[k, n]) + b44[j]
    h44 = np.tanh(s44)  # h44[t, n] = tanh(s44[t, n])
    s45 = np.dot(W45, h44)  # s45[j, n] = sum(k, W45[j, k]*h44[k, n])
    s45 = np.add(s45, b45[:, None], out=s45)  # s45[j, n] = sum(k, W45[j, k]*h44[k, n]) + b45[j]
    h45 = np.tanh(s45)  # h45[t, n] = tanh(s45[t, n])
    s46 = np.dot(W46, h45)  # s46[j, n] = sum(k, W46[j, k]*h45[k, n])
    s46 = np.add(s46, b46[:, None], out=s46)  # s46[j, n] = sum(k, W46[j, k]*h45[k, n]) + b46[j]
    h46 = np.tanh(s46)  # h46[t, n] = tanh(s46[t, n])
    s47 = np.dot(W47, h46)  # s47[j, n] = sum(k, W47[j, k]*h46[k, n])
    s47 = np.add(s47, b47[:, None], out=s47)  # s47[j, n] = sum(k, W47[j, k]*h46[k, n]) + b47[j]
    h47 = np.tanh(s47)  # h47[t, n] = tanh(s47[t, n])
    s48 = np.dot(W48, h47)  # s48[j, n] = sum(k, W48[j, k]*h47[k, n])
    s48 = np.add(s48, b48[:, None], out=s48)  # s48[j, n] = sum(k, W48[j, k]*h47[k, n]) + b48[j]
    h48 = np.tanh(s48)  # h48[t, n] = tanh(s48[t, n])
    s49 = np.dot(W49, h48)  # s49[j, n] = sum(k, W49[j, k]*h48[k, n])
    s49 = np.add(s49, b49[:, None], out=s49)  # s49[j, n] = sum(k, W49[j, k]*h48[k, n]) + b49[j]
    h49 = np.tanh(s49)  # h49[t, n] = tanh(s49[t, n])
    s50 = np.dot(W50, h49)  # s50[j, n] = sum(k, W50[j, k]*h49[k, n])
    s50 = np.add(s50, b50[:, None], out=s50)  # s50[j, n] = sum(k, W50[j, k]*h49[k, n]) + b50[j]
    h50 = np.tanh(s50.T)  # h50[n, t] = tanh(s50[t, n])
    return h50


@np.errstate(all="ignore")
def loss(params, x, y):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 32), 0)
    W1 = _floats("W1", params["W1"], (32, 32), dtype)
    b1 = _floats("b1", params["b1"], (32,), dtype)
    W2 = _floats("W2", params["W2"], (32, 32), dtype)
    b2 = _floats("b2", params["b2"], (32,), dtype)
    W3 = _floats("W3", params["W3"], (32, 32), dtype)
    b3 = _floats("b3", params["b3"], (32,), dtype)
    W4 = _floats("W4", params["W4"], (32, 32), dtype)
    b4 = _floats("b4", params["b4"], (32,), dtype)
    W5 = _floats("W5", params["W5"], (32, 32), dtype)
    b5 = _floats("b5", params["b5"], (32,), dtype)
    W6 = _floats("W6", params["W6"], (32, 32), dtype)
    b6 = _floats("b6", params["b6"], (32,), dtype)
    W7 = _floats("W7", params["W7"], (32, 32), dtype)
    b7 = _floats("b7", params["b7"], (32,), dtype)
    W8 = _floats("W8", params["W8"], (32, 32), dtype)
    b8 = _floats("b8", params["b8"], (32,), dtype)
    W9 = _floats("W9", params["W9"], (32, 32), dtype)
    b9 = _floats("b9", params["b9"], (32,), dtype)
    W10 = _floats("W10", params["W10"], (32, 32), dtype)
    b10 = _floats("b10", params["b10"], (32,), dtype)
    W11 = _floats("W11", params["W11"], (32, 32), dtype)
    b11 = _floats("b11", params["b11"], (32,), dtype)
    W12 = _floats("W12", params["W12"], (32, 32), dtype)
    b12 = _floats("b12", params["b12"], (32,), dtype)
    W13 = _floats("W13", params["W13"], (32, 32), dtype)
    b13 = _floats("b13", params["b13"], (32,), dtype)
    W14 = _floats("W14", params["W14"], (32, 32), dtype)
    b14 = _floats("b14", params["b14"], (32,), dtype)
    W15 = _floats("W15", params["W15"], (32, 32), dtype)
    b15 = _floats("b15", params["b15"], (32,), dtype)
    W16 = _floats("W16", params["W16"], (32, 32), dtype)
    b16 = _floats("b16", params["b16"], (32,), dtype)
    W17 = _floats("W17", params["W17"], (32, 32), dtype)
    b17 = _floats("b17", params["b17"], (32,), dtype)
    W18 = _floats("W18", params["W18"], (32, 32), dtype)
    b18 = _floats("b18", params["b18"], (32,), dtype)
    W19 = _floats("W19", params["W19"], (32, 32), dtype)
    b19 = _floats("b19", params["b19"], (32,), dtype)
    W20 = _floats("W20", params["W20"], (32, 32), dtype)
    b20 = _floats("b20", params["b20"], (32,), dtype)
    W21 = _floats("W21", params["W21"], (32, 32), dtype)
    b21 = _floats("b21", params["b21"], (32,), dtype)
    W22 = _floats("W22", params["W22"], (32, 32), dtype)
    b22 = _floats("b22", params["b22"], (32,), dtype)
    W23 = _floats("W23", params["W23"], (32, 32), dtype)
    b23 = _floats("b23", params["b23"], (32,), dtype)
    W24 = _floats("W24", params["W24"], (32, 32), dtype)
    b24 = _floats("b24", params["b24"], (32,), dtype)
    W25 = _floats("W25", params["W25"], (32, 32), dtype)
    b25 = _floats("b25", params["b25"], (32,), dtype)
    W26 = _floats("W26", params["W26"], (32, 32), dtype)
    b26 = _floats("b26", params["b26"], (32,), dtype)
    W27 = _floats("W27", params["W27"], (32, 32), dtype)
    b27 = _floats("b27", params["b27"], (32,), dtype)
    W28 = _floats("W28", params["W28"], (32, 32), dtype)
    b28 = _floats("b28", params["b28"], (32,), dtype)
    W29 = _floats("W29", params["W29"], (32, 32), dtype)
    b29 = _floats("b29", params["b29"], (32,), dtype)
    W30 = _floats("W30", params["W30"], (32, 32), dtype)
    b30 = _floats("b30", params["b30"], (32,), dtype)
    W31 = _floats("W31", params["W31"], (32, 32), dtype)
    b31 = _floats("b31", params["b31"], (32,), dtype)
    W32 = _floats("W32", params["W32"], (32, 32), dtype)
    b32 = _floats("b32", params["b32"], (32,), dtype)
    W33 = _floats("W33", params["W33"], (32, 32), dtype)
    b33 = _floats("b33", params["b33"], (32,), dtype)
    W34 = _floats("W34", params["W34"], (32, 32), dtype)
    b34 = _floats("b34", params["b34"], (32,), dtype)
    W35 = _floats("W35", params["W35"], (32, 32), dtype)
    b35 = _floats("b35", params["b35"], (32,), dtype)
    W36 = _floats("W36", params["W36"], (32, 32), dtype)
    b36 = _floats("b36", params["b36"], (32,), dtype)
    W37 = _floats("W37", params["W37"], (32, 32), dtype)
    b37 = _floats("b37", params["b37"], (32,), dtype)
    W38 = _floats("W38", params["W38"], (32, 32), dtype)
    b38 = _floats("b38", params["b38"], (32,), dtype)
    W39 = _floats("W39", params["W39"], (32, 32), dtype)
    b39 = _floats("b39", params["b39"], (32,), dtype)
    W40 = _floats("W40", params["W40"], (32, 32), dtype)
    b40 = _floats("b40", params["b40"], (32,), dtype)
    W41 = _floats("W41", params["W41"], (32, 32), dtype)
    b41 = _floats("b41", params["b41"], (32,), dtype)
    W42 = _floats("W42", params["W42"], (32, 32), dtype)
    b42 = _floats("b42", params["b42"], (32,), dtype)
    W43 = _floats("W43", params["W43"], (32, 32), dtype)
    b43 = _floats("b43", params["b43"], (32,), dtype)
    W44 = _floats("W44", params["W44"], (32, 32), dtype)
    b44 = _floats("b44", params["b44"], (32,), dtype)
    W45 = _floats("W45", params["W45"], (32, 32), dtype)
    b45 = _floats("b45", params["b45"], (32,), dtype)
    W46 = _floats("W46", params["W46"], (32, 32), dtype)
    b46 = _floats("b46", params["b46"], (32,), dtype)
    W47 = _floats("W47", params["W47"], (32, 32), dtype)
    b47 = _floats("b47", params["b47"], (32,), dtype)
    W48 = _floats("W48", params["W48"], (32, 32), dtype)
    b48 = _floats("b48", params["b48"], (32,), dtype)
    W49 = _floats("W49", params["W49"], (32, 32), dtype)
    b49 = _floats("b49", params["b49"], (32,), dtype)
    W50 = _floats("W50", params["W50"], (32, 32), dtype)
    b50 = _floats("b50", params["b50"], (32,), dtype)
    x = _floats("x", x, (N, 32), dtype)
    y = _floats("y", y, (N, 32), dtype)
    s1 = np.dot(W1, x.T)  # s1[j, n] = sum(k, W1[j, k]*x[n, k])
    s1 = np.add(s1, b1[:, None], out=s1)  # s1[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1 = np.tanh(s1)  # h1[t, n] = tanh(s1[t, n])
    s2 = np.dot(W2, h1)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n])
    s2 = np.add(s2, b2[:, None], out=s2)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n]) + b2[j]
    h2 = np.tanh(s2)  # h2[t, n] = tanh(s2[t, n])
    s3 = np.dot(W3, h2)  # s3[j, n] = sum(k, W3[j, k]*h2[k, n])
    s3 = np.add(s3, b3[:, None], out=s3)  # s3[j, n] = sum(k, W3[j, k]*h2[k, n]) + b3[j]
    h3 = np.tanh(s3)  # h3[t, n] = tanh(s3[t, n])
    s4 = np.dot(W4, h3)  # s4[j, n] = sum(k, W4[j, k]*h3[k, n])
    s4 = np.add(s4, b4[:, None], out=s4)  # s4[j, n] = sum(k, W4[j, k]*h3[k, n]) + b4[j]
    h4 = np.tanh(s4)  # h4[t, n] = tanh(s4[t, n])
    s5 = np.dot(W5, h4)  # s5[j, n] = sum(k, W5[j, k]*h4[k, n])
    s5 = np.add(s5, b5[:, None], out=s5)  # s5[j, n] = sum(k, W5[j, k]*h4[k, n]) + b5[j]
    h5 = np.tanh(s5)  # h5[t, n] = tanh(s5[t, n])
    s6 = np.dot(W6, h5)  # s6[j, n] = sum(k, W6[j, k]*h5[k, n])
    s6 = np.add(s6, b6[:, None], out=s6)  # s6[j, n] = sum(k, W6[j, k]*h5[k, n]) + b6[j]
    h6 = np.tanh(s6)  # h6[t, n] = tanh(s6[t, n])
    s7 = np.dot(W7, h6)  # s7[j, n] = sum(k, W7[j, k]*h6[k, n])
    s7 = np.add(s7, b7[:, None], out=s7)  # s7[j, n] = sum(k, W7[j, k]*h6[k, n]) + b7[j]
    h7 = np.tanh(s7)  # h7[t, n] = tanh(s7[t, n])
    s8 = np.dot(W8, h7)  # s8[j, n] = sum(k, W8[j, k]*h7[k, n])
    s8 = np.add(s8, b8[:, None], out=s8)  # s8[j, n] = sum(k, W8[j, k]*h7[k, n]) + b8[j]
    h8 = np.tanh(s8)  # h8[t, n] = tanh(s8[t, n])
    s9 = np.dot(W9, h8)  # s9[j, n] = sum(k, W9[j, k]*h8[k, n])
    s9 = np.add(s9, b9[:, None], out=s9)  # s9[j, n] = sum(k, W9[j, k]*h8[k, n]) + b9[j]
    h9 = np.tanh(s9)  # h9[t, n] = tanh(s9[t, n])
    s10 = np.dot(W10, h9)  # s10[j, n] = sum(k, W10[j, k]*h9[k, n])
    s10 = np.add(s10, b10[:, None], out=s10)  # s10[j, n] = sum(k, W10[j, k]*h9[k, n]) + b10[j]
    h10 = np.tanh(s10)  # h10[t, n] = tanh(s10[t, n])
    s11 = np.dot(W11, h10)  # s11[j, n] = sum(k, W11[j, k]*h10[k, n])
    s11 = np.add(s11, b11[:, None], out=s11)  # s11[j, n] = sum(k, W11[j, k]*h10[k, n]) + b11[j]
    h11 = np.tanh(s11)  # h11[t, n] = tanh(s11[t, n])
    s12 = np.dot(W12, h11)  # s12[j, n] = sum(k, W12[j, k]*h11[k, n])
    s12 = np.add(s12, b12[:, None], out=s12)  # s12[j, n] = sum(k, W12[j, k]*h11[k, n]) + b12[j]
    h12 = np.tanh(s12)  # h12[t, n] = tanh(s12[t, n])
    s13 = np.dot(W13, h12)  # s13[j, n] = sum(k, W13[j, k]*h12[k, n])
    s13 = np.add(s13, b13[:, None], out=s13)  # s13[j, n] = sum(k, W13[j, k]*h12[k, n]) + b13[j]
    h13 = np.tanh(s13)  # h13[t, n] = tanh(s13[t, n])
    s14 = np.dot(W14, h13)  # s14[j, n] = sum(k, W14[j, k]*h13[k, n])
    s14 = np.add(s14, b14[:, None], out=s14)  # s14[j, n] = sum(k, W14[j, k]*h13[k, n]) + b14[j]
    h14 = np.tanh(s14)  # h14[t, n] = tanh(s14[t, n])
    s15 = np.dot(W15, h14)  # s15[j, n] = sum(k, W15[j, k]*h14[k, n])
    s15 = np.add(s15, b15[:, None], out=s15)  # s15[j, n] = sum(k, W15[j, k]*h14[k, n]) + b15[j]
    h15 = np.tanh(s15)  # h15[t, n] = tanh(s15[t, n])
    s16 = np.dot(W16, h15)  # s16[j, n] = sum(k, W16[j, k]*h15[k, n])
    s16 = np.add(s16, b16[:, None], out=s16)  # s16[j, n] = sum(k, W16[j, k]*h15[k, n]) + b16[j]
    h16 = np.tanh(s16)  # h16[t, n] = tanh(s16[t, n])
    s17 = np.dot(W17, h16)  # s17[j, n] = sum(k, W17[j, k]*h16[k, n])
    s17 = np.add(s17, b17[:, None], out=s17)  # s17[j, n] = sum(k, W17[j, k]*h16[k, n]) + b17[j]
    h17 = np.tanh(s17)  # h17[t, n] = tanh(s17[t, n])
    s18 = np.dot(W18, h17)  # s18[j, n] = sum(k, W18[j, k]*h17[k, n])
    s18 = np.add(s18, b18[:, None], out=s18)  # s18[j, n] = sum(k, W18[j, k]*h17[k, n]) + b18[j]
    h18 = np.tanh(s18)  # h18[t, n] = tanh(s18[t, n])
    s19 = np.dot(W19, h18)  # s19[j, n] = sum(k, W19[j, k]*h18[k, n])
    s19 = np.add(s19, b19[:, None], out=s19)  # s19[j, n] = sum(k, W19[j, k]*h18[k, n]) + b19[j]
    h19 = np.tanh(s19)  # h19[t, n] = tanh(s19[t, n])
    s20 = np.dot(W20, h19)  # s20[j, n] = sum(k, W20[j, k]*h19[k, n])
    s20 = np.add(s20, b20[:, None], out=s20)  # s20[j, n] = sum(k, W20[j, k]*h19[k, n]) + b20[j]
    h20 = np.tanh(s20)  # h20[t, n] = tanh(s20[t, n])
    s21 = np.dot(W21, h20)  # s21[j, n] = sum(k, W21[j, k]*h20[k, n])
    s21 = np.add(s21, b21[:, None], out=s21)  # s21[j, n] = sum(k, W21[j, k]*h20[k, n]) + b21[j]
    h21 = np.tanh(s21)  # h21[t, n] = tanh(s21[t, n])
    s22 = np.dot(W22, h21)  # s22[j, n] = sum(k, W22[j, k]*h21[k, n])
    s22 = np.add(s22, b22[:, None], out=s22)  # s22[j, n] = sum(k, W22[j, k]*h21[k, n]) + b22[j]
    h22 = np.tanh(s22)  # h22[t, n] = tanh(s22[t, n])
    s23 = np.dot(W23, h22)  # s23[j, n] = sum(k, W23[j, k]*h22[k, n])
    s23 = np.add(s23, b23[:, None], out=s23)  # s23[j, n] = sum(k, W23[j, k]*h22[k, n]) + b23[j]
    h23 = np.tanh(s23)  # h23[t, n] = tanh(s23[t, n])
    s24 = np.dot(W24, h23)  # s24[j, n] = sum(k, W24[j, k]*h23[k, n])
    s24 = np.add(s24, b24[:, None], out=s24)  # s24[j, n] = sum(k, W24[j, k]*h23[k, n]) + b24[j]
    h24 = np.tanh(s24)  # h24[t, n] = tanh(s24[t, n])
    s25 = np.dot(W25, h24)  # s25[j, n] = sum(k, W25[j, k]*h24[k, n])
    s25 = np.add(s25, b25[:, None], out=s25)  # s25[j, n] = sum(k, W25[j, k]*h24[k, n]) + b25[j]
    h25 = np.tanh(s25)  # h25[t, n] = tanh(s25[t, n])
    s26 = np.dot(W26, h25)  # s26[j, n] = sum(k, W26[j, k]*h25[k, n])
    s26 = np.add(s26, b26[:, None], out=s26)  # s26[j, n] = sum(k, W26[j, k]*h25[k, n]) + b26[j]
    h26 = np.tanh(s26)  # h26[t, n] = tanh(s26[t, n])
    s27 = np.dot(W27, h26)  # s27[j, n] = sum(k, W27[j, k]*h26[k, n])
    s27 = np.add(s27, b27[:, None], out=s27)  # s27[j, n] = sum(k, W27[j, k]*h26[k, n]) + b27[j]
    h27 = np.tanh(s27)  # h27[t, n] = tanh(s27[t, n])
    s28 = np.dot(W28, h27)  # s28[j, n] = sum(k, W28[j, k]*h27[k, n])
    s28 = np.add(s28, b28[:, None], out=s28)  # s28[j, n] = sum(k, W28[j, k]*h27[k, n]) + b28[j]
    h28 = np.tanh(s28)  # h28[t, n] = tanh(s28[t, n])
    s29 = np.dot(W29, h28)  # s29[j, n] = sum(k, W29[j, k]*h28[k, n])
    s29 = np.add(s29, b29[:, None], out=s29)  # s29[j, n] = sum(k, W29[j, k]*h28[k, n]) + b29[j]
    h29 = np.tanh(s29)  # h29[t, n] = tanh(s29[t, n])
    s30 = np.dot(W30, h29)  # s30[j, n] = sum(k, W30[j, k]*h29[k, n])
    s30 = np.add(s30, b30[:, None], out=s30)  # s30[j, n] = sum(k, W30[j, k]*h29[k, n]) + b30[j]
    h30 = np.tanh(s30)  # h30[t, n] = tanh(s30[t, n])
    s31 = np.dot(W31, h30)  # s31[j, n] = sum(k, W31[j, k]*h30[k, n])
    s31 = np.add(s31, b31[:, None], out=s31)  # s31[j, n] = sum(k, W31[j, k]*h30[k, n]) + b31[j]
    h31 = np.tanh(s31)  # h31[t, n] = tanh(s31[t, n])
    s32 = np.dot(W32, h31)  # s32[j, n] = sum(k, W32[j, k]*h31[k, n])
    s32 = np.add(s32, b32[:, None], out=s32)  # s32[j, n] = sum(k, W32[j, k]*h31[k, n]) + b32[j]
    h32 = np.tanh(s32)  # h32[t, n] = tanh(s32[t, n])
    s33 = np.dot(W33, h32)  # s33[j, n] = sum(k, W33[j, k]*h32[k, n])
    s33 = np.add(s33, b33[:, None], out=s33)  # s33[j, n] = sum(k, W33[j, k]*h32[k, n]) + b33[j]
    h33 = np.tanh(s33)  # h33[t, n] = tanh(s33[t, n])
    s34 = np.dot(W34, h33)  # s34[j, n] = sum(k, W34[j, k]*h33[k, n])
    s34 = np.add(s34, b34[:, None], out=s34)  # s34[j, n] = sum(k, W34[j, k]*h33[k, n]) + b34[j]
    h34 = np.tanh(s34)  # h34[t, n] = tanh(s34[t, n])
    s35 = np.dot(W35, h34)  # s35[j, n] = sum(k, W35[j, k]*h34[k, n])
    s35 = np.add(s35, b35[:, None], out=s35)  # s35[j, n] = sum(k, W35[j, k]*h34[k, n]) + b35[j]
    h35 = np.tanh(s35)  # h35[t, n] = tanh(s35[t, n])
    s36 = np.dot(W36, h35)  # s36[j, n] = sum(k, W36[j, k]*h35[k, n])
    s36 = np.add(s36, b36[:, None], out=s36)  # s36[j, n] = sum(k, W36[j, k]*h35[k, n]) + b36[j]
    h36 = np.tanh(s36)  # h36[t, n] = tanh(s36[t, n])
    s37 = np.dot(W37, h36)  # s37[j, n] = sum(k, W37[j, k]*h36[k, n])
    s37 = np.add(s37, b37[:, None], out=s37)  # s37[j, n] = sum(k, W37[j, k]*h36[k, n]) + b37[j]
    h37 = np.tanh(s37)  # h37[t, n] = tanh(s37[t, n])
    s38 = np.dot(W38, h37)  # s38[j, n] = sum(k, W38[j, k]*h37[k, n])
    s38 = np.add(s38, b38[:, None], out=s38)  # s38[j, n] = sum(k, W38[j, k]*h37[k, n]) + b38[j]
    h38 = np.tanh(s38)  # h38[t, n] = tanh(s38[t, n])
    s39 = np.dot(W39, h38)  # s39[j, n] = sum(k, W39[j, k]*h38[k, n])
    s39 = np.add(s39, b39[:, None], out=s39)  # s39[j, n] = sum(k, W39[j, k]*h38[k, n]) + b39[j]
    h39 = np.tanh(s39)  # h39[t, n] = tanh(s39[t, n])
    s40 = np.dot(W40, h39)  # s40[j, n] = sum(k, W40[j, k]*h39[k, n])
    s40 = np.add(s40, b40[:, None], out=s40)  # s40[j, n] = sum(k, W40[j, k]*h39[k, n]) + b40[j]
    h40 = np.tanh(s40)  # h40[t, n] = tanh(s40[t, n])
    s41 = np.dot(W41, h40)  # s41[j, n] = sum(k, W41[j, k]*h40[k, n])
    s41 = np.add(s41, b41[:, None], out=s41)  # s41[j, n] = sum(k, W41[j, k]*h40[k, n]) + b41[j]
    h41 = np.tanh(s41)  # h41[t, n] = tanh(s41[t, n])
    s42 = np.dot(W42, h41)  # s42[j, n] = sum(k, W42[j, k]*h41[k, n])
    s42 = np.add(s42, b42[:, None], out=s42)  # s42[j, n] = sum(k, W42[j, k]*h41[k, n]) + b42[j]
    h42 = np.tanh(s42)  # h42[t, n] = tanh(s42[t, n])
    s43 = np.dot(W43, h42)  # s43[j, n] = sum(k, W43[j, k]*h42[k, n])
    s43 = np.add(s43, b43[:, None], out=s43)  # s43[j, n] = sum(k, W43[j, k]*h42[k, n]) + b43[j]
    h43 = np.tanh(s43)  # h43[t, n] = tanh(s43[t, n])
    s44 = np.dot(W44, h43)  # s44[j, n] = sum(k, W44[j, k]*h43[k, n])
    s44 = np.add(s44, b44[:, None], out=s44)  # s44[j, n] = sum(k, W44[j, k]*h43[k, n]) + b44[j]
    h44 = np.tanh(s44)  # h44[t, n] = tanh(s44[t, n])
    s45 = np.dot(W45, h44)  # s45[j, n] = sum(k, W45[j, k]*h44[k, n])
    s45 = np.add(s45, b45[:, None], out=s45)  # s45[j, n] = sum(k, W45[j, k]*h44[k, n]) + b45[j]
    h45 = np.tanh(s45)  # h45[t, n] = tanh(s45[t, n])
    s46 = np.dot(W46, h45)  # s46[j, n] = sum(k, W46[j, k]*h45[k, n])
    s46 = np.add(s46, b46[:, None], out=s46)  # s46[j, n] = sum(k, W46[j, k]*h45[k, n]) + b46[j]
    h46 = np.tanh(s46)  # h46[t, n] = tanh(s46[t, n])
    s47 = np.dot(W47, h46)  # s47[j, n] = sum(k, W47[j, k]*h46[k, n])
    s47 = np.add(s47, b47[:, None], out=s47)  # s47[j, n] = sum(k, W47[j, k]*h46[k, n]) + b47[j]
    h47 = np.tanh(s47)  # h47[t, n] = tanh(s47[t, n])
    s48 = np.dot(W48, h47)  # s48[j, n] = sum(k, W48[j, k]*h47[k, n])
    s48 = np.add(s48, b48[:, None], out=s48)  # s48[j, n] = sum(k, W48[j, k]*h47[k, n]) + b48[j]
    h48 = np.tanh(s48)  # h48[t, n] = tanh(s48[t, n])
    s49 = np.dot(W49, h48)  # s49[j, n] = sum(k, W49[j, k]*h48[k, n])
    s49 = np.add(s49, b49[:, None], out=s49)  # s49[j, n] = sum(k, W49[j, k]*h48[k, n]) + b49[j]
    h49 = np.tanh(s49)  # h49[t, n] = tanh(s49[t, n])
    s50 = np.dot(W50, h49)  # s50[j, n] = sum(k, W50[j, k]*h49[k, n])
    s50 = np.add(s50, b50[:, None], out=s50)  # s50[j, n] = sum(k, W50[j, k]*h49[k, n]) + b50[j]
    h50 = np.tanh(s50)  # h50[t, n] = tanh(s50[t, n])
    sum_loss = np.subtract(y, h50.T)  # sum_loss[n, j] = y[n, j] - h50[j, n]
    sum_loss_2 = np.vdot(sum_loss, sum_loss)  # sum_loss_2 = sum(n, j, (y[n, j] - h50[j, n])**2)
    loss = sum_loss_2 / 32.0 / N  # loss = sum(n, j, (y[n, j] - h50[j, n])**2)/32/N
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, y, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 32), 0)
    W1 = _floats("W1", params["W1"], (32, 32), dtype)
    b1 = _floats("b1", params["b1"], (32,), dtype)
    W2 = _floats("W2", params["W2"], (32, 32), dtype)
    b2 = _floats("b2", params["b2"], (32,), dtype)
    W3 = _floats("W3", params["W3"], (32, 32), dtype)
    b3 = _floats("b3", params["b3"], (32,), dtype)
    W4 = _floats("W4", params["W4"], (32, 32), dtype)
    b4 = _floats("b4", params["b4"], (32,), dtype)
    W5 = _floats("W5", params["W5"], (32, 32), dtype)
    b5 = _floats("b5", params["b5"], (32,), dtype)
    W6 = _floats("W6", params["W6"], (32, 32), dtype)
    b6 = _floats("b6", params["b6"], (32,), dtype)
    W7 = _floats("W7", params["W7"], (32, 32), dtype)
    b7 = _floats("b7", params["b7"], (32,), dtype)
    W8 = _floats("W8", params["W8"], (32, 32), dtype)
    b8 = _floats("b8", params["b8"], (32,), dtype)
    W9 = _floats("W9", params["W9"], (32, 32), dtype)
    b9 = _floats("b9", params["b9"], (32,), dtype)
    W10 = _floats("W10", params["W10"], (32, 32), dtype)
    b10 = _floats("b10", params["b10"], (32,), dtype)
    W11 = _floats("W11", params["W11"], (32, 32), dtype)
    b11 = _floats("b11", params["b11"], (32,), dtype)
    W12 = _floats("W12", params["W12"], (32, 32), dtype)
    b12 = _floats("b12", params["b12"], (32,), dtype)
    W13 = _floats("W13", params["W13"], (32, 32), dtype)
    b13 = _floats("b13", params["b13"], (32,), dtype)
    W14 = _floats("W14", params["W14"], (32, 32), dtype)
    b14 = _floats("b14", params["b14"], (32,), dtype)
    W15 = _floats("W15", params["W15"], (32, 32), dtype)
    b15 = _floats("b15", params["b15"], (32,), dtype)
    W16 = _floats("W16", params["W16"], (32, 32), dtype)
    b16 = _floats("b16", params["b16"], (32,), dtype)
    W17 = _floats("W17", params["W17"], (32, 32), dtype)
    b17 = _floats("b17", params["b17"], (32,), dtype)
    W18 = _floats("W18", params["W18"], (32, 32), dtype)
    b18 = _floats("b18", params["b18"], (32,), dtype)
    W19 = _floats("W19", params["W19"], (32, 32), dtype)
    b19 = _floats("b19", params["b19"], (32,), dtype)
    W20 = _floats("W20", params["W20"], (32, 32), dtype)
    b20 = _floats("b20", params["b20"], (32,), dtype)
    W21 = _floats("W21", params["W21"], (32, 32), dtype)
    b21 = _floats("b21", params["b21"], (32,), dtype)
    W22 = _floats("W22", params["W22"], (32, 32), dtype)
    b22 = _floats("b22", params["b22"], (32,), dtype)
    W23 = _floats("W23", params["W23"], (32, 32), dtype)
    b23 = _floats("b23", params["b23"], (32,), dtype)
    W24 = _floats("W24", params["W24"], (32, 32), dtype)
    b24 = _floats("b24", params["b24"], (32,), dtype)
    W25 = _floats("W25", params["W25"], (32, 32), dtype)
    b25 = _floats("b25", params["b25"], (32,), dtype)
    W26 = _floats("W26", params["W26"], (32, 32), dtype)
    b26 = _floats("b26", params["b26"], (32,), dtype)
    W27 = _floats("W27", params["W27"], (32, 32), dtype)
    b27 = _floats("b27", params["b27"], (32,), dtype)
    W28 = _floats("W28", params["W28"], (32, 32), dtype)
    b28 = _floats("b28", params["b28"], (32,), dtype)
    W29 = _floats("W29", params["W29"], (32, 32), dtype)
    b29 = _floats("b29", params["b29"], (32,), dtype)
    W30 = _floats("W30", params["W30"], (32, 32), dtype)
    b30 = _floats("b30", params["b30"], (32,), dtype)
    W31 = _floats("W31", params["W31"], (32, 32), dtype)
    b31 = _floats("b31", params["b31"], (32,), dtype)
    W32 = _floats("W32", params["W32"], (32, 32), dtype)
    b32 = _floats("b32", params["b32"], (32,), dtype)
    W33 = _floats("W33", params["W33"], (32, 32), dtype)
    b33 = _floats("b33", params["b33"], (32,), dtype)
    W34 = _floats("W34", params["W34"], (32, 32), dtype)
    b34 = _floats("b34", params["b34"], (32,), dtype)
    W35 = _floats("W35", params["W35"], (32, 32), dtype)
    b35 = _floats("b35", params["b35"], (32,), dtype)
    W36 = _floats("W36", params["W36"], (32, 32), dtype)
    b36 = _floats("b36", params["b36"], (32,), dtype)
    W37 = _floats("W37", params["W37"], (32, 32), dtype)
    b37 = _floats("b37", params["b37"], (32,), dtype)
    W38 = _floats("W38", params["W38"], (32, 32), dtype)
    b38 = _floats("b38", params["b38"], (32,), dtype)
    W39 = _floats("W39", params["W39"], (32, 32), dtype)
    b39 = _floats("b39", params["b39"], (32,), dtype)
    W40 = _floats("W40", params["W40"], (32, 32), dtype)
    b40 = _floats("b40", params["b40"], (32,), dtype)
    W41 = _floats("W41", params["W41"], (32, 32), dtype)
    b41 = _floats("b41", params["b41"], (32,), dtype)
    W42 = _floats("W42", params["W42"], (32, 32), dtype)
    b42 = _floats("b42", params["b42"], (32,), dtype)
    W43 = _floats("W43", params["W43"], (32, 32), dtype)
    b43 = _floats("b43", params["b43"], (32,), dtype)
    W44 = _floats("W44", params["W44"], (32, 32), dtype)
    b44 = _floats("b44", params["b44"], (32,), dtype)
    W45 = _floats("W45", params["W45"], (32, 32), dtype)
    b45 = _floats("b45", params["b45"], (32,), dtype)
    W46 = _floats("W46", params["W46"], (32, 32), dtype)
    b46 = _floats("b46", params["b46"], (32,), dtype)
    W47 = _floats("W47", params["W47"], (32, 32), dtype)
    b47 = _floats("b47", params["b47"], (32,), dtype)
    W48 = _floats("W48", params["W48"], (32, 32), dtype)
    b48 = _floats("b48", params["b48"], (32,), dtype)
    W49 = _floats("W49", params["W49"], (32, 32), dtype)
    b49 = _floats("b49", params["b49"], (32,), dtype)
    W50 = _floats("W50", params["W50"], (32, 32), dtype)
    b50 = _floats("b50", params["b50"], (32,), dtype)
    x = _floats("x", x, (N, 32), dtype)
    y = _floats("y", y, (N, 32), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_N = np.ones(N, dtype)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_N = workspace.ones_N
    s1 = np.dot(W1, x.T, out=work.s1)  # s1[j, n] = sum(k, W1[j, k]*x[n, k])
    s1 = np.add(s1, b1[:, None], out=s1)  # s1[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1 = np.tanh(s1, out=work.h1)  # h1[t, n] = tanh(s1[t, n])
    s2 = np.dot(W2, h1, out=work.s2)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n])
    s2 = np.add(s2, b2[:, None], out=s2)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n]) + b2[j]
    h2 = np.tanh(s2, out=work.h2)  # h2[t, n] = tanh(s2[t, n])
    s3 = np.dot(W3, h2, out=work.s3)  # s3[j, n] = sum(k, W3[j, k]*h2[k, n])
    s3 = np.add(s3, b3[:, None], out=s3)  # s3[j, n] = sum(k, W3[j, k]*h2[k, n]) + b3[j]
    h3 = np.tanh(s3, out=work.h3)  # h3[t, n] = tanh(s3[t, n])
    s4 = np.dot(W4, h3, out=work.s4)  # s4[j, n] = sum(k, W4[j, k]*h3[k, n])
    s4 = np.add(s4, b4[:, None], out=s4)  # s4[j, n] = sum(k, W4[j, k]*h3[k, n]) + b4[j]
    h4 = np.tanh(s4, out=work.h4)  # h4[t, n] = tanh(s4[t, n])
    s5 = np.dot(W5, h4, out=work.s5)  # s5[j, n] = sum(k, W5[j, k]*h4[k, n])
    s5 = np.add(s5, b5[:, None], out=s5)  # s5[j, n] = sum(k, W5[j, k]*h4[k, n]) + b5[j]
    h5 = np.tanh(s5, out=work.h5)  # h5[t, n] = tanh(s5[t, n])
    s6 = np.dot(W6, h5, out=work.s6)  # s6[j, n] = sum(k, W6[j, k]*h5[k, n])
    s6 = np.add(s6, b6[:, None], out=s6)  # s6[j, n] = sum(k, W6[j, k]*h5[k, n]) + b6[j]
    h6 = np.tanh(s6, out=work.h6)  # h6[t, n] = tanh(s6[t, n])
    s7 = np.dot(W7, h6, out=work.s7)  # s7[j, n] = sum(k, W7[j, k]*h6[k, n])
    s7 = np.add(s7, b7[:, None], out=s7)  # s7[j, n] = sum(k, W7[j, k]*h6[k, n]) + b7[j]
    h7 = np.tanh(s7, out=work.h7)  # h7[t, n] = tanh(s7[t, n])
    s8 = np.dot(W8, h7, out=work.s8)  # s8[j, n] = sum(k, W8[j, k]*h7[k, n])
    s8 = np.add(s8, b8[:, None], out=s8)  # s8[j, n] = sum(k, W8[j, k]*h7[k, n]) + b8[j]
    h8 = np.tanh(s8, out=work.h8)  # h8[t, n] = tanh(s8[t, n])
    s9 = np.dot(W9, h8, out=work.s9)  # s9[j, n] = sum(k, W9[j, k]*h8[k, n])
    s9 = np.add(s9, b9[:, None], out=s9)  # s9[j, n] = sum(k, W9[j, k]*h8[k, n]) + b9[j]
    h9 = np.tanh(s9, out=work.h9)  # h9[t, n] = tanh(s9[t, n])
    s10 = np.dot(W10, h9, out=work.s10)  # s10[j, n] = sum(k, W10[j, k]*h9[k, n])
    s10 = np.add(s10, b10[:, None], out=s10)  # s10[j, n] = sum(k, W10[j, k]*h9[k, n]) + b10[j]
    h10 = np.tanh(s10, out=work.h10)  # h10[t, n] = tanh(s10[t, n])
    s11 = np.dot(W11, h10, out=work.s11)  # s11[j, n] = sum(k, W11[j, k]*h10[k, n])
    s11 = np.add(s11, b11[:, None], out=s11)  # s11[j, n] = sum(k, W11[j, k]*h10[k, n]) + b11[j]
    h11 = np.tanh(s11, out=work.h11)  # h11[t, n] = tanh(s11[t, n])
    s12 = np.dot(W12, h11, out=work.s12)  # s12[j, n] = sum(k, W12[j, k]*h11[k, n])
    s12 = np.add(s12, b12[:, None], out=s12)  # s12[j, n] = sum(k, W12[j, k]*h11[k, n]) + b12[j]
    h12 = np.tanh(s12, out=work.h12)  # h12[t, n] = tanh(s12[t, n])
    s13 = np.dot(W13, h12, out=work.s13)  # s13[j, n] = sum(k, W13[j, k]*h12[k, n])
    s13 = np.add(s13, b13[:, None], out=s13)  # s13[j, n] = sum(k, W13[j, k]*h12[k, n]) + b13[j]
    h13 = np.tanh(s13, out=work.h13)  # h13[t, n] = tanh(s13[t, n])
    s14 = np.dot(W14, h13, out=work.s14)  # s14[j, n] = sum(k, W14[j, k]*h13[k, n])
    s14 = np.add(s14, b14[:, None], out=s14)  # s14[j, n] = sum(k, W14[j, k]*h13[k, n]) + b14[j]
    h14 = np.tanh(s14, out=work.h14)  # h14[t, n] = tanh(s14[t, n])
    s15 = np.dot(W15, h14, out=work.s15)  # s15[j, n] = sum(k, W15[j, k]*h14[k, n])
    s15 = np.add(s15, b15[:, None], out=s15)  # s15[j, n] = sum(k, W15[j, k]*h14[k, n]) + b15[j]
    h15 = np.tanh(s15, out=work.h15)  # h15[t, n] = tanh(s15[t, n])
    s16 = np.dot(W16, h15, out=work.s16)  # s16[j, n] = sum(k, W16[j, k]*h15[k, n])
    s16 = np.add(s16, b16[:, None], out=s16)  # s16[j, n] = sum(k, W16[j, k]*h15[k, n]) + b16[j]
    h16 = np.tanh(s16, out=work.h16)  # h16[t, n] = tanh(s16[t, n])
    s17 = np.dot(W17, h16, out=work.s17)  # s17[j, n] = sum(k, W17[j, k]*h16[k, n])
    s17 = np.add(s17, b17[:, None], out=s17)  # s17[j, n] = sum(k, W17[j, k]*h16[k, n]) + b17[j]
    h17 = np.tanh(s17, out=work.h17)  # h17[t, n] = tanh(s17[t, n])
    s18 = np.dot(W18, h17, out=work.s18)  # s18[j, n] = sum(k, W18[j, k]*h17[k, n])
    s18 = np.add(s18, b18[:, None], out=s18)  # s18[j, n] = sum(k, W18[j, k]*h17[k, n]) + b18[j]
    h18 = np.tanh(s18, out=work.h18)  # h18[t, n] = tanh(s18[t, n])
    s19 = np.dot(W19, h18, out=work.s19)  # s19[j, n] = sum(k, W19[j, k]*h18[k, n])
    s19 = np.add(s19, b19[:, None], out=s19)  # s19[j, n] = sum(k, W19[j, k]*h18[k, n]) + b19[j]
    h19 = np.tanh(s19, out=work.h19)  # h19[t, n] = tanh(s19[t, n])
    s20 = np.dot(W20, h19, out=work.s20)  # s20[j, n] = sum(k, W20[j, k]*h19[k, n])
    s20 = np.add(s20, b20[:, None], out=s20)  # s20[j, n] = sum(k, W20[j, k]*h19[k, n]) + b20[j]
    h20 = np.tanh(s20, out=work.h20)  # h20[t, n] = tanh(s20[t, n])
    s21 = np.dot(W21, h20, out=work.s21)  # s21[j, n] = sum(k, W21[j, k]*h20[k, n])
    s21 = np.add(s21, b21[:, None], out=s21)  # s21[j, n] = sum(k, W21[j, k]*h20[k, n]) + b21[j]
    h21 = np.tanh(s21, out=work.h21)  # h21[t, n] = tanh(s21[t, n])
    s22 = np.dot(W22, h21, out=work.s22)  # s22[j, n] = sum(k, W22[j, k]*h21[k, n])
    s22 = np.add(s22, b22[:, None], out=s22)  # s22[j, n] = sum(k, W22[j, k]*h21[k, n]) + b22[j]
    h22 = np.tanh(s22, out=work.h22)  # h22[t, n] = tanh(s22[t, n])
    s23 = np.dot(W23, h22, out=work.s23)  # s23[j, n] = sum(k, W23[j, k]*h22[k, n])
    s23 = np.add(s23, b23[:, None], out=s23)  # s23[j, n] = sum(k, W23[j, k]*h22[k, n]) + b23[j]
    h23 = np.tanh(s23, out=work.h23)  # h23[t, n] = tanh(s23[t, n])
    s24 = np.dot(W24, h23, out=work.s24)  # s24[j, n] = sum(k, W24[j, k]*h23[k, n])
    s24 = np.add(s24, b24[:, None], out=s24)  # s24[j, n] = sum(k, W24[j, k]*h23[k, n]) + b24[j]
    h24 = np.tanh(s24, out=work.h24)  # h24[t, n] = tanh(s24[t, n])
    s25 = np.dot(W25, h24, out=work.s25)  # s25[j, n] = sum(k, W25[j, k]*h24[k, n])
    s25 = np.add(s25, b25[:, None], out=s25)  # s25[j, n] = sum(k, W25[j, k]*h24[k, n]) + b25[j]
    h25 = np.tanh(s25, out=work.h25)  # h25[t, n] = tanh(s25[t, n])
    s26 = np.dot(W26, h25, out=work.s26)  # s26[j, n] = sum(k, W26[j, k]*h25[k, n])
    s26 = np.add(s26, b26[:, None], out=s26)  # s26[j, n] = sum(k, W26[j, k]*h25[k, n]) + b26[j]
    h26 = np.tanh(s26, out=work.h26)  # h26[t, n] = tanh(s26[t, n])
    s27 = np.dot(W27, h26, out=work.s27)  # s27[j, n] = sum(k, W27[j, k]*h26[k, n])
    s27 = np.add(s27, b27[:, None], out=s27)  # s27[j, n] = sum(k, W27[j, k]*h26[k, n]) + b27[j]
    h27 = np.tanh(s27, out=work.h27)  # h27[t, n] = tanh(s27[t, n])
    s28 = np.dot(W28, h27, out=work.s28)  # s28[j, n] = sum(k, W28[j, k]*h27[k, n])
    s28 = np.add(s28, b28[:, None], out=s28)  # s28[j, n] = sum(k, W28[j, k]*h27[k, n]) + b28[j]
    h28 = np.tanh(s28, out=work.h28)  # h28[t, n] = tanh(s28[t, n])
    s29 = np.dot(W29, h28, out=work.s29)  # s29[j, n] = sum(k, W29[j, k]*h28[k, n])
    s29 = np.add(s29, b29[:, None], out=s29)  # s29[j, n] = sum(k, W29[j, k]*h28[k, n]) + b29[j]
    h29 = np.tanh(s29, out=work.h29)  # h29[t, n] = tanh(s29[t, n])
    s30 = np.dot(W30, h29, out=work.s30)  # s30[j, n] = sum(k, W30[j, k]*h29[k, n])
    s30 = np.add(s30, b30[:, None], out=s30)  # s30[j, n] = sum(k, W30[j, k]*h29[k, n]) + b30[j]
    h30 = np.tanh(s30, out=work.h30)  # h30[t, n] = tanh(s30[t, n])
    s31 = np.dot(W31, h30, out=work.s31)  # s31[j, n] = sum(k, W31[j, k]*h30[k, n])
    s31 = np.add(s31, b31[:, None], out=s31)  # s31[j, n] = sum(k, W31[j, k]*h30[k, n]) + b31[j]
    h31 = np.tanh(s31, out=work.h31)  # h31[t, n] = tanh(s31[t, n])
    s32 = np.dot(W32, h31, out=work.s32)  # s32[j, n] = sum(k, W32[j, k]*h31[k, n])
    s32 = np.add(s32, b32[:, None], out=s32)  # s32[j, n] = sum(k, W32[j, k]*h31[k, n]) + b32[j]
    h32 = np.tanh(s32, out=work.h32)  # h32[t, n] = tanh(s32[t, n])
    s33 = np.dot(W33, h32, out=work.s33)  # s33[j, n] = sum(k, W33[j, k]*h32[k, n])
    s33 = np.add(s33, b33[:, None], out=s33)  # s33[j, n] = sum(k, W33[j, k]*h32[k, n]) + b33[j]
    h33 = np.tanh(s33, out=work.h33)  # h33[t, n] = tanh(s33[t, n])
    s34 = np.dot(W34, h33, out=work.s34)  # s34[j, n] = sum(k, W34[j, k]*h33[k, n])
    s34 = np.add(s34, b34[:, None], out=s34)  # s34[j, n] = sum(k, W34[j, k]*h33[k, n]) + b34[j]
    h34 = np.tanh(s34, out=work.h34)  # h34[t, n] = tanh(s34[t, n])
    s35 = np.dot(W35, h34, out=work.s35)  # s35[j, n] = sum(k, W35[j, k]*h34[k, n])
    s35 = np.add(s35, b35[:, None], out=s35)  # s35[j, n] = sum(k, W35[j, k]*h34[k, n]) + b35[j]
    h35 = np.tanh(s35, out=work.h35)  # h35[t, n] = tanh(s35[t, n])
    s36 = np.dot(W36, h35, out=work.s36)  # s36[j, n] = sum(k, W36[j, k]*h35[k, n])
    s36 = np.add(s36, b36[:, None], out=s36)  # s36[j, n] = sum(k, W36[j, k]*h35[k, n]) + b36[j]
    h36 = np.tanh(s36, out=work.h36)  # h36[t, n] = tanh(s36[t, n])
    s37 = np.dot(W37, h36, out=work.s37)  # s37[j, n] = sum(k, W37[j, k]*h36[k, n])
    s37 = np.add(s37, b37[:, None], out=s37)  # s37[j, n] = sum(k, W37[j, k]*h36[k, n]) + b37[j]
    h37 = np.tanh(s37, out=work.h37)  # h37[t, n] = tanh(s37[t, n])
    s38 = np.dot(W38, h37, out=work.s38)  # s38[j, n] = sum(k, W38[j, k]*h37[k, n])
    s38 = np.add(s38, b38[:, None], out=s38)  # s38[j, n] = sum(k, W38[j, k]*h37[k, n]) + b38[j]
    h38 = np.tanh(s38, out=work.h38)  # h38[t, n] = tanh(s38[t, n])
    s39 = np.dot(W39, h38, out=work.s39)  # s39[j, n] = sum(k, W39[j, k]*h38[k, n])
    s39 = np.add(s39, b39[:, None], out=s39)  # s39[j, n] = sum(k, W39[j, k]*h38[k, n]) + b39[j]
    h39 = np.tanh(s39, out=work.h39)  # h39[t, n] = tanh(s39[t, n])
    s40 = np.dot(W40, h39, out=work.s40)  # s40[j, n] = sum(k, W40[j, k]*h39[k, n])
    s40 = np.add(s40, b40[:, None], out=s40)  # s40[j, n] = sum(k, W40[j, k]*h39[k, n]) + b40[j]
    h40 = np.tanh(s40, out=work.h40)  # h40[t, n] = tanh(s40[t, n])
    s41 = np.dot(W41, h40, out=work.s41)  # s41[j, n] = sum(k, W41[j, k]*h40[k, n])
    s41 = np.add(s41, b41[:, None], out=s41)  # s41[j, n] = sum(k, W41[j, k]*h40[k, n]) + b41[j]
    h41 = np.tanh(s41, out=work.h41)  # h41[t, n] = tanh(s41[t, n])
    s42 = np.dot(W42, h41, out=work.s42)  # s42[j, n] = sum(k, W42[j, k]*h41[k, n])
    s42 = np.add(s42, b42[:, None], out=s42)  # s42[j, n] = sum(k, W42[j, k]*h41[k, n]) + b42[j]
    h42 = np.tanh(s42, out=work.h42)  # h42[t, n] = tanh(s42[t, n])
    s43 = np.dot(W43, h42, out=work.s43)  # s43[j, n] = sum(k, W43[j, k]*h42[k, n])
    s43 = np.add(s43, b43[:, None], out=s43)  # s43[j, n] = sum(k, W43[j, k]*h42[k, n]) + b43[j]
    h43 = np.tanh(s43, out=work.h43)  # h43[t, n] = tanh(s43[t, n])
    s44 = np.dot(W44, h43, out=work.s44)  # s44[j, n] = sum(k, W44[j, k]*h43[k, n])
    s44 = np.add(s44, b44[:, None], out=s44)  # s44[j, n] = sum(k, W44[j, k]*h43[k, n]) + b44[j]
    h44 = np.tanh(s44, out=work.h44)  # h44[t, n] = tanh(s44[t, n])
    s45 = np.dot(W45, h44, out=work.s45)  # s45[j, n] = sum(k, W45[j, k]*h44[k, n])
    s45 = np.add(s45, b45[:, None], out=s45)  # s45[j, n] = sum(k, W45[j, k]*h44[k, n]) + b45[j]
    h45 = np.tanh(s45, out=work.h45)  # h45[t, n] = tanh(s45[t, n])
    s46 = np.dot(W46, h45, out=work.s46)  # s46[j, n] = sum(k, W46[j, k]*h45[k, n])
    s46 = np.add(s46, b46[:, None], out=s46)  # s46[j, n] = sum(k, W46[j, k]*h45[k, n]) + b46[j]
    h46 = np.tanh(s46, out=work.h46)  # h46[t, n] = tanh(s46[t, n])
    s47 = np.dot(W47, h46, out=work.s47)  # s47[j, n] = sum(k, W47[j, k]*h46[k, n])
    s47 = np.add(s47, b47[:, None], out=s47)  # s47[j, n] = sum(k, W47[j, k]*h46[k, n]) + b47[j]
    h47 = np.tanh(s47, out=work.h47)  # h47[t, n] = tanh(s47[t, n])
    s48 = np.dot(W48, h47, out=work.s48)  # s48[j, n] = sum(k, W48[j, k]*h47[k, n])
    s48 = np.add(s48, b48[:, None], out=s48)  # s48[j, n] = sum(k, W48[j, k]*h47[k, n]) + b48[j]
    h48 = np.tanh(s48, out=work.h48)  # h48[t, n] = tanh(s48[t, n])
    s49 = np.dot(W49, h48, out=work.s49)  # s49[j, n] = sum(k, W49[j, k]*h48[k, n])
    s49 = np.add(s49, b49[:, None], out=s49)  # s49[j, n] = sum(k, W49[j, k]*h48[k, n]) + b49[j]
    h49 = np.tanh(s49, out=work.h49)  # h49[t, n] = tanh(s49[t, n])
    s50 = np.dot(W50, h49, out=work.s50)  # s50[j, n] = sum(k, W50[j, k]*h49[k, n])
    s50 = np.add(s50, b50[:, None], out=s50)  # s50[j, n] = sum(k, W50[j, k]*h49[k, n]) + b50[j]
    h50 = np.tanh(s50, out=work.h50)  # h50[t, n] = tanh(s50[t, n])
    rest_loss = np.subtract(y.T, h50, out=work.rest_loss)  # rest_loss[j, n] = y[n, j] - h50[j, n]
    sum_loss = np.vdot(rest_loss, rest_loss)  # sum_loss = sum(n, j, rest_loss[j, n]**2)
    loss = sum_loss / 32.0 / N  # loss = sum(n, j, rest_loss[j, n]**2)/32/N
    d_s50 = np.square(h50, out=work.d_s50)  # d_s50[t, n] = h50[t, n]**2
    d_s50 = np.subtract(1.0, d_s50, out=d_s50)  # d_s50[t, n] = 1 - h50[t, n]**2
    # d_s50[t, n] = -(1 - h50[t, n]**2)/16/N
    d_s50 = np.multiply(d_s50, -dtype.type(1.0) / 16.0 / N, out=d_s50)
    # d_s50[t, n] = -(1 - h50[t, n]**2)*rest_loss[t, n]/16/N
    d_s50 = np.multiply(d_s50, rest_loss, out=d_s50)
    d_W50 = np.dot(d_s50, h49.T)  # d_W50[j, k] = sum(n, d_s50[j, n]*h49[k, n])
    d_b50 = np.dot(d_s50, ones_N)  # d_b50[j] = sum(n, d_s50[j, n])
    d_h49 = np.dot(W50.T, d_s50, out=work.d_h49)  # d_h49[k, n] = sum(j, d_s50[j, n]*W50[j, k])
    d_s49 = np.square(h49, out=work.d_s49)  # d_s49[t, n] = h49[t, n]**2
    d_s49 = np.subtract(1.0, d_s49, out=d_s49)  # d_s49[t, n] = 1 - h49[t, n]**2
    d_s49 = np.multiply(d_s49, d_h49, out=d_s49)  # d_s49[t, n] = d_h49[t, n]*(1 - h49[t, n]**2)
    d_W49 = np.dot(d_s49, h48.T)  # d_W49[j, k] = sum(n, d_s49[j, n]*h48[k, n])
    d_b49 = np.dot(d_s49, ones_N)  # d_b49[j] = sum(n, d_s49[j, n])
    d_h48 = np.dot(W49.T, d_s49, out=work.d_h48)  # d_h48[k, n] = sum(j, d_s49[j, n]*W49[j, k])
    d_s48 = np.square(h48, out=work.d_s48)  # d_s48[t, n] = h48[t, n]**2
    d_s48 = np.subtract(1.0, d_s48, out=d_s48)  # d_s48[t, n] = 1 - h48[t, n]**2
    d_s48 = np.multiply(d_s48, d_h48, out=d_s48)  # d_s48[t, n] = d_h48[t, n]*(1 - h48[t, n]**2)
    d_W48 = np.dot(d_s48, h47.T)  # d_W48[j, k] = sum(n, d_s48[j, n]*h47[k, n])
    d_b48 = np.dot(d_s48, ones_N)  # d_b48[j] = sum(n, d_s48[j, n])
    d_h47 = np.dot(W48.T, d_s48, out=work.d_h47)  # d_h47[k, n] = sum(j, d_s48[j, n]*W48[j, k])
    d_s47 = np.square(h47, out=work.d_s47)  # d_s47[t, n] = h47[t, n]**2
    d_s47 = np.subtract(1.0, d_s47, out=d_s47)  # d_s47[t, n] = 1 - h47[t, n]**2
    d_s47 = np.multiply(d_s47, d_h47, out=d_s47)  # d_s47[t, n] = d_h47[t, n]*(1 - h47[t, n]**2)
    d_W47 = np.dot(d_s47, h46.T)  # d_W47[j, k] = sum(n, d_s47[j, n]*h46[k, n])
    d_b47 = np.dot(d_s47, ones_N)  # d_b47[j] = sum(n, d_s47[j, n])
    d_h46 = np.dot(W47.T, d_s47, out=work.d_h46)  # d_h46[k, n] = sum(j, d_s47[j, n]*W47[j, k])
    d_s46 = np.square(h46, out=work.d_s46)  # d_s46[t, n] = h46[t, n]**2
    d_s46 = np.subtract(1.0, d_s46, out=d_s46)  # d_s46[t, n] = 1 - h46[t, n]**2
    d_s46 = np.multiply(d_s46, d_h46, out=d_s46)  # d_s46[t, n] = d_h46[t, n]*(1 - h46[t, n]**2)
    d_W46 = np.dot(d_s46, h45.T)  # d_W46[j, k] = sum(n, d_s46[j, n]*h45[k, n])
    d_b46 = np.dot(d_s46, ones_N)  # d_b46[j] = sum(n, d_s46[j, n])
    d_h45 = np.dot(W46.T, d_s46, out=work.d_h45)  # d_h45[k, n] = sum(j, d_s46[j, n]*W46[j, k])
    d_s45 = np.square(h45, out=work.d_s45)  # d_s45[t, n] = h45[t, n]**2
    d_s45 = np.subtract(1.0, d_s45, out=d_s45)  # d_s45[t, n] = 1 - h45[t, n]**2
    d_s45 = np.multiply(d_s45, d_h45, out=d_s45)  # d_s45[t, n] = d_h45[t, n]*(1 - h45[t, n]**2)
    d_W45 = np.dot(d_s45, h44.T)  # d_W45[j, k] = sum(n, d_s45[j, n]*h44[k, n])
    d_b45 = np.dot(d_s45, ones_N)  # d_b45[j] = sum(n, d_s45[j, n])
    d_h44 = np.dot(W45.T, d_s45, out=work.d_h44)  # d_h44[k, n] = sum(j, d_s45[j, n]*W45[j, k])
    d_s44 = np.square(h44, out=work.d_s44)  # d_s44[t, n] = h44[t, n]**2
    d_s44 = np.subtract(1.0, d_s44, out=d_s44)  # d_s44[t, n] = 1 - h44[t, n]**2
    d_s44 = np.multiply(d_s44, d_h44, out=d_s44)  # d_s44[t, n] = d_h44[t, n]*(1 - h44[t, n]**2)
    d_W44 = np.dot(d_s44, h43.T)  # d_W44[j, k] = sum(n, d_s44[j, n]*h43[k, n])
    d_b44 = np.dot(d_s44, ones_N)  # d_b44[j] = sum(n, d_s44[j, n])
    d_h43 = np.dot(W44.T, d_s44, out=work.d_h43)  # d_h43[k, n] = sum(j, d_s44[j, n]*W44[j, k])
    d_s43 = np.square(h43, out=work.d_s43)  # d_s43[t, n] = h43[t, n]**2
    d_s43 = np.subtract(1.0, d_s43, out=d_s43)  # d_s43[t, n] = 1 - h43[t, n]**2
    d_s43 = np.multiply(d_s43, d_h43, out=d_s43)  # d_s43[t, n] = d_h43[t, n]*(1 - h43[t, n]**2)
    d_W43 = np.dot(d_s43, h42.T)  # d_W43[j, k] = sum(n, d_s43[j, n]*h42[k, n])
    d_b43 = np.dot(d_s43, ones_N)  # d_b43[j] = sum(n, d_s43[j, n])
    d_h42 = np.dot(W43.T, d_s43, out=work.d_h42)  # d_h42[k, n] = sum(j, d_s43[j, n]*W43[j, k])
    d_s42 = np.square(h42, out=work.d_s42)  # d_s42[t, n] = h42[t, n]**2
    d_s42 = np.subtract(1.0, d_s42, out=d_s42)  # d_s42[t, n] = 1 - h42[t, n]**2
    d_s42 = np.multiply(d_s42, d_h42, out=d_s42)  # d_s42[t, n] = d_h42[t, n]*(1 - h42[t, n]**2)
    d_W42 = np.dot(d_s42, h41.T)  # d_W42[j, k] = sum(n, d_s42[j, n]*h41[k, n])
    d_b42 = np.dot(d_s42, ones_N)  # d_b42[j] = sum(n, d_s42[j, n])
    d_h41 = np.dot(W42.T, d_s42, out=work.d_h41)  # d_h41[k, n] = sum(j, d_s42[j, n]*W42[j, k])
    d_s41 = np.square(h41, out=work.d_s41)  # d_s41[t, n] = h41[t, n]**2
    d_s41 = np.subtract(1.0, d_s41, out=d_s41)  # d_s41[t, n] = 1 - h41[t, n]**2
    d_s41 = np.multiply(d_s41, d_h41, out=d_s41)  # d_s41[t, n] = d_h41[t, n]*(1 - h41[t, n]**2)
    d_W41 = np.dot(d_s41, h40.T)  # d_W41[j, k] = sum(n, d_s41[j, n]*h40[k, n])
    d_b41 = np.dot(d_s41, ones_N)  # d_b41[j] = sum(n, d_s41[j, n])
    d_h40 = np.dot(W41.T, d_s41, out=work.d_h40)  # d_h40[k, n] = sum(j, d_s41[j, n]*W41[j, k])
    d_s40 = np.square(h40, out=work.d_s40)  # d_s40[t, n] = h40[t, n]**2
    d_s40 = np.subtract(1.0, d_s40, out=d_s40)  # d_s40[t, n] = 1 - h40[t, n]**2
    d_s40 = np.multiply(d_s40, d_h40, out=d_s40)  # d_s40[t, n] = d_h40[t, n]*(1 - h40[t, n]**2)
    d_W40 = np.dot(d_s40, h39.T)  # d_W40[j, k] = sum(n, d_s40[j, n]*h39[k, n])
    d_b40 = np.dot(d_s40, ones_N)  # d_b40[j] = sum(n, d_s40[j, n])
    d_h39 = np.dot(W40.T, d_s40, out=work.d_h39)  # d_h39[k, n] = sum(j, d_s40[j, n]*W40[j, k])
    d_s39 = np.square(h39, out=work.d_s39)  # d_s39[t, n] = h39[t, n]**2
    d_s39 = np.subtract(1.0, d_s39, out=d_s39)  # d_s39[t, n] = 1 - h39[t, n]**2
    d_s39 = np.multiply(d_s39, d_h39, out=d_s39)  # d_s39[t, n] = d_h39[t, n]*(1 - h39[t, n]**2)
    d_W39 = np.dot(d_s39, h38.T)  # d_W39[j, k] = sum(n, d_s39[j, n]*h38[k, n])
    d_b39 = np.dot(d_s39, ones_N)  # d_b39[j] = sum(n, d_s39[j, n])
    d_h38 = np.dot(W39.T, d_s39, out=work.d_h38)  # d_h38[k, n] = sum(j, d_s39[j, n]*W39[j, k])
    d_s38 = np.square(h38, out=work.d_s38)  # d_s38[t, n] = h38[t, n]**2
    d_s38 = np.subtract(1.0, d_s38, out=d_s38)  # d_s38[t, n] = 1 - h38[t, n]**2
    d_s38 = np.multiply(d_s38, d_h38, out=d_s38)  # d_s38[t, n] = d_h38[t, n]*(1 - h38[t, n]**2)
    d_W38 = np.dot(d_s38, h37.T)  # d_W38[j, k] = sum(n, d_s38[j, n]*h37[k, n])
    d_b38 = np.dot(d_s38, ones_N)  # d_b38[j] = sum(n, d_s38[j, n])
    d_h37 = np.dot(W38.T, d_s38, out=work.d_h37)  # d_h37[k, n] = sum(j, d_s38[j, n]*W38[j, k])
    d_s37 = np.square(h37, out=work.d_s37)  # d_s37[t, n] = h37[t, n]**2
    d_s37 = np.subtract(1.0, d_s37, out=d_s37)  # d_s37[t, n] = 1 - h37[t, n]**2
    d_s37 = np.multiply(d_s37, d_h37, out=d_s37)  # d_s37[t, n] = d_h37[t, n]*(1 - h37[t, n]**2)
    d_W37 = np.dot(d_s37, h36.T)  # d_W37[j, k] = sum(n, d_s37[j, n]*h36[k, n])
    d_b37 = np.dot(d_s37, ones_N)  # d_b37[j] = sum(n, d_s37[j, n])
    d_h36 = np.dot(W37.T, d_s37, out=work.d_h36)  # d_h36[k, n] = sum(j, d_s37[j, n]*W37[j, k])
    d_s36 = np.square(h36, out=work.d_s36)  # d_s36[t, n] = h36[t, n]**2
    d_s36 = np.subtract(1.0, d_s36, out=d_s36)  # d_s36[t, n] = 1 - h36[t, n]**2
    d_s36 = np.multiply(d_s36, d_h36, out=d_s36)  # d_s36[t, n] = d_h36[t, n]*(1 - h36[t, n]**2)
    d_W36 = np.dot(d_s36, h35.T)  # d_W36[j, k] = sum(n, d_s36[j, n]*h35[k, n])
    d_b36 = np.dot(d_s36, ones_N)  # d_b36[j] = sum(n, d_s36[j, n])
    d_h35 = np.dot(W36.T, d_s36, out=work.d_h35)  # d_h35[k, n] = sum(j, d_s36[j, n]*W36[j, k])
    d_s35 = np.square(h35, out=work.d_s35)  # d_s35[t, n] = h35[t, n]**2
    d_s35 = np.subtract(1.0, d_s35, out=d_s35)  # d_s35[t, n] = 1 - h35[t, n]**2
    d_s35 = np.multiply(d_s35, d_h35, out=d_s35)  # d_s35[t, n] = d_h35[t, n]*(1 - h35[t, n]**2)
    d_W35 = np.dot(d_s35, h34.T)  # d_W35[j, k] = sum(n, d_s35[j, n]*h34[k, n])
    d_b35 = np.dot(d_s35, ones_N)  # d_b35[j] = sum(n, d_s35[j, n])
    d_h34 = np.dot(W35.T, d_s35, out=work.d_h34)  # d_h34[k, n] = sum(j, d_s35[j, n]*W35[j, k])
    d_s34 = np.square(h34, out=work.d_s34)  # d_s34[t, n] = h34[t, n]**2
    d_s34 = np.subtract(1.0, d_s34, out=d_s34)  # d_s34[t, n] = 1 - h34[t, n]**2
    d_s34 = np.multiply(d_s34, d_h34, out=d_s34)  # d_s34[t, n] = d_h34[t, n]*(1 - h34[t, n]**2)
    d_W34 = np.dot(d_s34, h33.T)  # d_W34[j, k] = sum(n, d_s34[j, n]*h33[k, n])
    d_b34 = np.dot(d_s34, ones_N)  # d_b34[j] = sum(n, d_s34[j, n])
    d_h33 = np.dot(W34.T, d_s34, out=work.d_h33)  # d_h33[k, n] = sum(j, d_s34[j, n]*W34[j, k])
    d_s33 = np.square(h33, out=work.d_s33)  # d_s33[t, n] = h33[t, n]**2
    d_s33 = np.subtract(1.0, d_s33, out=d_s33)  # d_s33[t, n] = 1 - h33[t, n]**2
    d_s33 = np.multiply(d_s33, d_h33, out=d_s33)  # d_s33[t, n] = d_h33[t, n]*(1 - h33[t, n]**2)
    d_W33 = np.dot(d_s33, h32.T)  # d_W33[j, k] = sum(n, d_s33[j, n]*h32[k, n])
    d_b33 = np.dot(d_s33, ones_N)  # d_b33[j] = sum(n, d_s33[j, n])
    d_h32 = np.dot(W33.T, d_s33, out=work.d_h32)  # d_h32[k, n] = sum(j, d_s33[j, n]*W33[j, k])
    d_s32 = np.square(h32, out=work.d_s32)  # d_s32[t, n] = h32[t, n]**2
    d_s32 = np.subtract(1.0, d_s32, out=d_s32)  # d_s32[t, n] = 1 - h32[t, n]**2
    d_s32 = np.multiply(d_s32, d_h32, out=d_s32)  # d_s32[t, n] = d_h32[t, n]*(1 - h32[t, n]**2)
    d_W32 = np.dot(d_s32, h31.T)  # d_W32[j, k] = sum(n, d_s32[j, n]*h31[k, n])
    d_b32 = np.dot(d_s32, ones_N)  # d_b32[j] = sum(n, d_s32[j, n])
    d_h31 = np.dot(W32.T, d_s32, out=work.d_h31)  # d_h31[k, n] = sum(j, d_s32[j, n]*W32[j, k])
    d_s31 = np.square(h31, out=work.d_s31)  # d_s31[t, n] = h31[t, n]**2
    d_s31 = np.subtract(1.0, d_s31, out=d_s31)  # d_s31[t, n] = 1 - h31[t, n]**2
    d_s31 = np.multiply(d_s31, d_h31, out=d_s31)  # d_s31[t, n] = d_h31[t, n]*(1 - h31[t, n]**2)
    d_W31 = np.dot(d_s31, h30.T)  # d_W31[j, k] = sum(n, d_s31[j, n]*h30[k, n])
    d_b31 = np.dot(d_s31, ones_N)  # d_b31[j] = sum(n, d_s31[j, n])
    d_h30 = np.dot(W31.T, d_s31, out=work.d_h30)  # d_h30[k, n] = sum(j, d_s31[j, n]*W31[j, k])
    d_s30 = np.square(h30, out=work.d_s30)  # d_s30[t, n] = h30[t, n]**2
    d_s30 = np.subtract(1.0, d_s30, out=d_s30)  # d_s30[t, n] = 1 - h30[t, n]**2
    d_s30 = np.multiply(d_s30, d_h30, out=d_s30)  # d_s30[t, n] = d_h30[t, n]*(1 - h30[t, n]**2)
    d_W30 = np.dot(d_s30, h29.T)  # d_W30[j, k] = sum(n, d_s30[j, n]*h29[k, n])
    d_b30 = np.dot(d_s30, ones_N)  # d_b30[j] = sum(n, d_s30[j, n])
    d_h29 = np.dot(W30.T, d_s30, out=work.d_h29)  # d_h29[k, n] = sum(j, d_s30[j, n]*W30[j, k])
    d_s29 = np.square(h29, out=work.d_s29)  # d_s29[t, n] = h29[t, n]**2
    d_s29 = np.subtract(1.0, d_s29, out=d_s29)  # d_s29[t, n] = 1 - h29[t, n]**2
    d_s29 = np.multiply(d_s29, d_h29, out=d_s29)  # d_s29[t, n] = d_h29[t, n]*(1 - h29[t, n]**2)
    d_W29 = np.dot(d_s29, h28.T)  # d_W29[j, k] = sum(n, d_s29[j, n]*h28[k, n])
    d_b29 = np.dot(d_s29, ones_N)  # d_b29[j] = sum(n, d_s29[j, n])
    d_h28 = np.dot(W29.T, d_s29, out=work.d_h28)  # d_h28[k, n] = sum(j, d_s29[j, n]*W29[j, k])
    d_s28 = np.square(h28, out=work.d_s28)  # d_s28[t, n] = h28[t, n]**2
    d_s28 = np.subtract(1.0, d_s28, out=d_s28)  # d_s28[t, n] = 1 - h28[t, n]**2
    d_s28 = np.multiply(d_s28, d_h28, out=d_s28)  # d_s28[t, n] = d_h28[t, n]*(1 - h28[t, n]**2)
    d_W28 = np.dot(d_s28, h27.T)  # d_W28[j, k] = sum(n, d_s28[j, n]*h27[k, n])
    d_b28 = np.dot(d_s28, ones_N)  # d_b28[j] = sum(n, d_s28[j, n])
    d_h27 = np.dot(W28.T, d_s28, out=work.d_h27)  # d_h27[k, n] = sum(j, d_s28[j, n]*W28[j, k])
    d_s27 = np.square(h27, out=work.d_s27)  # d_s27[t, n] = h27[t, n]**2
    d_s27 = np.subtract(1.0, d_s27, out=d_s27)  # d_s27[t, n] = 1 - h27[t, n]**2
    d_s27 = np.multiply(d_s27, d_h27, out=d_s27)  # d_s27[t, n] = d_h27[t, n]*(1 - h27[t, n]**2)
    d_W27 = np.dot(d_s27, h26.T)  # d_W27[j, k] = sum(n, d_s27[j, n]*h26[k, n])
    d_b27 = np.dot(d_s27, ones_N)  # d_b27[j] = sum(n, d_s27[j, n])
    d_h26 = np.dot(W27.T, d_s27, out=work.d_h26)  # d_h26[k, n] = sum(j, d_s27[j, n]*W27[j, k])
    d_s26 = np.square(h26, out=work.d_s26)  # d_s26[t, n] = h26[t, n]**2
    d_s26 = np.subtract(1.0, d_s26, out=d_s26)  # d_s26[t, n] = 1 - h26[t, n]**2
    d_s26 = np.multiply(d_s26, d_h26, out=d_s26)  # d_s26[t, n] = d_h26[t, n]*(1 - h26[t, n]**2)
    d_W26 = np.dot(d_s26, h25.T)  # d_W26[j, k] = sum(n, d_s26[j, n]*h25[k, n])
    d_b26 = np.dot(d_s26, ones_N)  # d_b26[j] = sum(n, d_s26[j, n])
    d_h25 = np.dot(W26.T, d_s26, out=work.d_h25)  # d_h25[k, n] = sum(j, d_s26[j, n]*W26[j, k])
    d_s25 = np.square(h25, out=work.d_s25)  # d_s25[t, n] = h25[t, n]**2
    d_s25 = np.subtract(1.0, d_s25, out=d_s25)  # d_s25[t, n] = 1 - h25[t, n]**2
    d_s25 = np.multiply(d_s25, d_h25, out=d_s25)  # d_s25[t, n] = d_h25[t, n]*(1 - h25[t, n]**2)
    d_W25 = np.dot(d_s25, h24.T)  # d_W25[j, k] = sum(n, d_s25[j, n]*h24[k, n])
    d_b25 = np.dot(d_s25, ones_N)  # d_b25[j] = sum(n, d_s25[j, n])
    d_h24 = np.dot(W25.T, d_s25, out=work.d_h24)  # d_h24[k, n] = sum(j, d_s25[j, n]*W25[j, k])
    d_s24 = np.square(h24, out=work.d_s24)  # d_s24[t, n] = h24[t, n]**2
    d_s24 = np.subtract(1.0, d_s24, out=d_s24)  # d_s24[t, n] = 1 - h24[t, n]**2
    d_s24 = np.multiply(d_s24, d_h24, out=d_s24)  # d_s24[t, n] = d_h24[t, n]*(1 - h24[t, n]**2)
    d_W24 = np.dot(d_s24, h23.T)  # d_W24[j, k] = sum(n, d_s24[j, n]*h23[k, n])
    d_b24 = np.dot(d_s24, ones_N)  # d_b24[j] = sum(n, d_s24[j, n])
    d_h23 = np.dot(W24.T, d_s24, out=work.d_h23)  # d_h23[k, n] = sum(j, d_s24[j, n]*W24[j, k])
    d_s23 = np.square(h23, out=work.d_s23)  # d_s23[t, n] = h23[t, n]**2
    d_s23 = np.subtract(1.0, d_s23, out=d_s23)  # d_s23[t, n] = 1 - h23[t, n]**2
    d_s23 = np.multiply(d_s23, d_h23, out=d_s23)  # d_s23[t, n] = d_h23[t, n]*(1 - h23[t, n]**2)
    d_W23 = np.dot(d_s23, h22.T)  # d_W23[j, k] = sum(n, d_s23[j, n]*h22[k, n])
    d_b23 = np.dot(d_s23, ones_N)  # d_b23[j] = sum(n, d_s23[j, n])
    d_h22 = np.dot(W23.T, d_s23, out=work.d_h22)  # d_h22[k, n] = sum(j, d_s23[j, n]*W23[j, k])
    d_s22 = np.square(h22, out=work.d_s22)  # d_s22[t, n] = h22[t, n]**2
    d_s22 = np.subtract(1.0, d_s22, out=d_s22)  # d_s22[t, n] = 1 - h22[t, n]**2
    d_s22 = np.multiply(d_s22, d_h22, out=d_s22)  # d_s22[t, n] = d_h22[t, n]*(1 - h22[t, n]**2)
    d_W22 = np.dot(d_s22, h21.T)  # d_W22[j, k] = sum(n, d_s22[j, n]*h21[k, n])
    d_b22 = np.dot(d_s22, ones_N)  # d_b22[j] = sum(n, d_s22[j, n])
    d_h21 = np.dot(W22.T, d_s22, out=work.d_h21)  # d_h21[k, n] = sum(j, d_s22[j, n]*W22[j, k])
    d_s21 = np.square(h21, out=work.d_s21)  # d_s21[t, n] = h21[t, n]**2
    d_s21 = np.subtract(1.0, d_s21, out=d_s21)  # d_s21[t, n] = 1 - h21[t, n]**2
    d_s21 = np.multiply(d_s21, d_h21, out=d_s21)  # d_s21[t, n] = d_h21[t, n]*(1 - h21[t, n]**2)
    d_W21 = np.dot(d_s21, h20.T)  # d_W21[j, k] = sum(n, d_s21[j, n]*h20[k, n])
    d_b21 = np.dot(d_s21, ones_N)  # d_b21[j] = sum(n, d_s21[j, n])
    d_h20 = np.dot(W21.T, d_s21, out=work.d_h20)  # d_h20[k, n] = sum(j, d_s21[j, n]*W21[j, k])
    d_s20 = np.square(h20, out=work.d_s20)  # d_s20[t, n] = h20[t, n]**2
    d_s20 = np.subtract(1.0, d_s20, out=d_s20)  # d_s20[t, n] = 1 - h20[t, n]**2
    d_s20 = np.multiply(d_s20, d_h20, out=d_s20)  # d_s20[t, n] = d_h20[t, n]*(1 - h20[t, n]**2)
    d_W20 = np.dot(d_s20, h19.T)  # d_W20[j, k] = sum(n, d_s20[j, n]*h19[k, n])
    d_b20 = np.dot(d_s20, ones_N)  # d_b20[j] = sum(n, d_s20[j, n])
    d_h19 = np.dot(W20.T, d_s20, out=work.d_h19)  # d_h19[k, n] = sum(j, d_s20[j, n]*W20[j, k])
    d_s19 = np.square(h19, out=work.d_s19)  # d_s19[t, n] = h19[t, n]**2
    d_s19 = np.subtract(1.0, d_s19, out=d_s19)  # d_s19[t, n] = 1 - h19[t, n]**2
    d_s19 = np.multiply(d_s19, d_h19, out=d_s19)  # d_s19[t, n] = d_h19[t, n]*(1 - h19[t, n]**2)
    d_W19 = np.dot(d_s19, h18.T)  # d_W19[j, k] = sum(n, d_s19[j, n]*h18[k, n])
    d_b19 = np.dot(d_s19, ones_N)  # d_b19[j] = sum(n, d_s19[j, n])
    d_h18 = np.dot(W19.T, d_s19, out=work.d_h18)  # d_h18[k, n] = sum(j, d_s19[j, n]*W19[j, k])
    d_s18 = np.square(h18, out=work.d_s18)  # d_s18[t, n] = h18[t, n]**2
    d_s18 = np.subtract(1.0, d_s18, out=d_s18)  # d_s18[t, n] = 1 - h18[t, n]**2
    d_s18 = np.multiply(d_s18, d_h18, out=d_s18)  # d_s18[t, n] = d_h18[t, n]*(1 - h18[t, n]**2)
    d_W18 = np.dot(d_s18, h17.T)  # d_W18[j, k] = sum(n, d_s18[j, n]*h17[k, n])
    d_b18 = np.dot(d_s18, ones_N)  # d_b18[j] = sum(n, d_s18[j, n])
    d_h17 = np.dot(W18.T, d_s18, out=work.d_h17)  # d_h17[k, n] = sum(j, d_s18[j, n]*W18[j, k])
    d_s17 = np.square(h17, out=work.d_s17)  # d_s17[t, n] = h17[t, n]**2
    d_s17 = np.subtract(1.0, d_s17, out=d_s17)  # d_s17[t, n] = 1 - h17[t, n]**2
    d_s17 = np.multiply(d_s17, d_h17, out=d_s17)  # d_s17[t, n] = d_h17[t, n]*(1 - h17[t, n]**2)
    d_W17 = np.dot(d_s17, h16.T)  # d_W17[j, k] = sum(n, d_s17[j, n]*h16[k, n])
    d_b17 = np.dot(d_s17, ones_N)  # d_b17[j] = sum(n, d_s17[j, n])
    d_h16 = np.dot(W17.T, d_s17, out=work.d_h16)  # d_h16[k, n] = sum(j, d_s17[j, n]*W17[j, k])
    d_s16 = np.square(h16, out=work.d_s16)  # d_s16[t, n] = h16[t, n]**2
    d_s16 = np.subtract(1.0, d_s16, out=d_s16)  # d_s16[t, n] = 1 - h16[t, n]**2
    d_s16 = np.multiply(d_s16, d_h16, out=d_s16)  # d_s16[t, n] = d_h16[t, n]*(1 - h16[t, n]**2)
    d_W16 = np.dot(d_s16, h15.T)  # d_W16[j, k] = sum(n, d_s16[j, n]*h15[k, n])
    d_b16 = np.dot(d_s16, ones_N)  # d_b16[j] = sum(n, d_s16[j, n])
    d_h15 = np.dot(W16.T, d_s16, out=work.d_h15)  # d_h15[k, n] = sum(j, d_s16[j, n]*W16[j, k])
    d_s15 = np.square(h15, out=work.d_s15)  # d_s15[t, n] = h15[t, n]**2
    d_s15 = np.subtract(1.0, d_s15, out=d_s15)  # d_s15[t, n] = 1 - h15[t, n]**2
    d_s15 = np.multiply(d_s15, d_h15, out=d_s15)  # d_s15[t, n] = d_h15[t, n]*(1 - h15[t, n]**2)
    d_W15 = np.dot(d_s15, h14.T)  # d_W15[j, k] = sum(n, d_s15[j, n]*h14[k, n])
    d_b15 = np.dot(d_s15, ones_N)  # d_b15[j] = sum(n, d_s15[j, n])
    d_h14 = np.dot(W15.T, d_s15, out=work.d_h14)  # d_h14[k, n] = sum(j, d_s15[j, n]*W15[j, k])
    d_s14 = np.square(h14, out=work.d_s14)  # d_s14[t, n] = h14[t, n]**2
    d_s14 = np.subtract(1.0, d_s14, out=d_s14)  # d_s14[t, n] = 1 - h14[t, n]**2
    d_s14 = np.multiply(d_s14, d_h14, out=d_s14)  # d_s14[t, n] = d_h14[t, n]*(1 - h14[t, n]**2)
    d_W14 = np.dot(d_s14, h13.T)  # d_W14[j, k] = sum(n, d_s14[j, n]*h13[k, n])
    d_b14 = np.dot(d_s14, ones_N)  # d_b14[j] = sum(n, d_s14[j, n])
    d_h13 = np.dot(W14.T, d_s14, out=work.d_h13)  # d_h13[k, n] = sum(j, d_s14[j, n]*W14[j, k])
    d_s13 = np.square(h13, out=work.d_s13)  # d_s13[t, n] = h13[t, n]**2
    d_s13 = np.subtract(1.0, d_s13, out=d_s13)  # d_s13[t, n] = 1 - h13[t, n]**2
    d_s13 = np.multiply(d_s13, d_h13, out=d_s13)  # d_s13[t, n] = d_h13[t, n]*(1 - h13[t, n]**2)
    d_W13 = np.dot(d_s13, h12.T)  # d_W13[j, k] = sum(n, d_s13[j, n]*h12[k, n])
    d_b13 = np.dot(d_s13, ones_N)  # d_b13[j] = sum(n, d_s13[j, n])
    d_h12 = np.dot(W13.T, d_s13, out=work.d_h12)  # d_h12[k, n] = sum(j, d_s13[j, n]*W13[j, k])
    d_s12 = np.square(h12, out=work.d_s12)  # d_s12[t, n] = h12[t, n]**2
    d_s12 = np.subtract(1.0, d_s12, out=d_s12)  # d_s12[t, n] = 1 - h12[t, n]**2
    d_s12 = np.multiply(d_s12, d_h12, out=d_s12)  # d_s12[t, n] = d_h12[t, n]*(1 - h12[t, n]**2)
    d_W12 = np.dot(d_s12, h11.T)  # d_W12[j, k] = sum(n, d_s12[j, n]*h11[k, n])
    d_b12 = np.dot(d_s12, ones_N)  # d_b12[j] = sum(n, d_s12[j, n])
    d_h11 = np.dot(W12.T, d_s12, out=work.d_h11)  # d_h11[k, n] = sum(j, d_s12[j, n]*W12[j, k])
    d_s11 = np.square(h11, out=work.d_s11)  # d_s11[t, n] = h11[t, n]**2
    d_s11 = np.subtract(1.0, d_s11, out=d_s11)  # d_s11[t, n] = 1 - h11[t, n]**2
    d_s11 = np.multiply(d_s11, d_h11, out=d_s11)  # d_s11[t, n] = d_h11[t, n]*(1 - h11[t, n]**2)
    d_W11 = np.dot(d_s11, h10.T)  # d_W11[j, k] = sum(n, d_s11[j, n]*h10[k, n])
    d_b11 = np.dot(d_s11, ones_N)  # d_b11[j] = sum(n, d_s11[j, n])
    d_h10 = np.dot(W11.T, d_s11, out=work.d_h10)  # d_h10[k, n] = sum(j, d_s11[j, n]*W11[j, k])
    d_s10 = np.square(h10, out=work.d_s10)  # d_s10[t, n] = h10[t, n]**2
    d_s10 = np.subtract(1.0, d_s10, out=d_s10)  # d_s10[t, n] = 1 - h10[t, n]**2
    d_s10 = np.multiply(d_s10, d_h10, out=d_s10)  # d_s10[t, n] = d_h10[t, n]*(1 - h10[t, n]**2)
    d_W10 = np.dot(d_s10, h9.T)  # d_W10[j, k] = sum(n, d_s10[j, n]*h9[k, n])
    d_b10 = np.dot(d_s10, ones_N)  # d_b10[j] = sum(n, d_s10[j, n])
    d_h9 = np.dot(W10.T, d_s10, out=work.d_h9)  # d_h9[k, n] = sum(j, d_s10[j, n]*W10[j, k])
    d_s9 = np.square(h9, out=work.d_s9)  # d_s9[t, n] = h9[t, n]**2
    d_s9 = np.subtract(1.0, d_s9, out=d_s9)  # d_s9[t, n] = 1 - h9[t, n]**2
    d_s9 = np.multiply(d_s9, d_h9, out=d_s9)  # d_s9[t, n] = d_h9[t, n]*(1 - h9[t, n]**2)
    d_W9 = np.dot(d_s9, h8.T)  # d_W9[j, k] = sum(n, d_s9[j, n]*h8[k, n])
    d_b9 = np.dot(d_s9, ones_N)  # d_b9[j] = sum(n, d_s9[j, n])
    d_h8 = np.dot(W9.T, d_s9, out=work.d_h8)  # d_h8[k, n] = sum(j, d_s9[j, n]*W9[j, k])
    d_s8 = np.square(h8, out=work.d_s8)  # d_s8[t, n] = h8[t, n]**2
    d_s8 = np.subtract(1.0, d_s8, out=d_s8)  # d_s8[t, n] = 1 - h8[t, n]**2
    d_s8 = np.multiply(d_s8, d_h8, out=d_s8)  # d_s8[t, n] = d_h8[t, n]*(1 - h8[t, n]**2)
    d_W8 = np.dot(d_s8, h7.T)  # d_W8[j, k] = sum(n, d_s8[j, n]*h7[k, n])
    d_b8 = np.dot(d_s8, ones_N)  # d_b8[j] = sum(n, d_s8[j, n])
    d_h7 = np.dot(W8.T, d_s8, out=work.d_h7)  # d_h7[k, n] = sum(j, d_s8[j, n]*W8[j, k])
    d_s7 = np.square(h7, out=work.d_s7)  # d_s7[t, n] = h7[t, n]**2
    d_s7 = np.subtract(1.0, d_s7, out=d_s7)  # d_s7[t, n] = 1 - h7[t, n]**2
    d_s7 = np.multiply(d_s7, d_h7, out=d_s7)  # d_s7[t, n] = d_h7[t, n]*(1 - h7[t, n]**2)
    d_W7 = np.dot(d_s7, h6.T)  # d_W7[j, k] = sum(n, d_s7[j, n]*h6[k, n])
    d_b7 = np.dot(d_s7, ones_N)  # d_b7[j] = sum(n, d_s7[j, n])
    d_h6 = np.dot(W7.T, d_s7, out=work.d_h6)  # d_h6[k, n] = sum(j, d_s7[j, n]*W7[j, k])
    d_s6 = np.square(h6, out=work.d_s6)  # d_s6[t, n] = h6[t, n]**2
    d_s6 = np.subtract(1.0, d_s6, out=d_s6)  # d_s6[t, n] = 1 - h6[t, n]**2
    d_s6 = np.multiply(d_s6, d_h6, out=d_s6)  # d_s6[t, n] = d_h6[t, n]*(1 - h6[t, n]**2)
    d_W6 = np.dot(d_s6, h5.T)  # d_W6[j, k] = sum(n, d_s6[j, n]*h5[k, n])
    d_b6 = np.dot(d_s6, ones_N)  # d_b6[j] = sum(n, d_s6[j, n])
    d_h5 = np.dot(W6.T, d_s6, out=work.d_h5)  # d_h5[k, n] = sum(j, d_s6[j, n]*W6[j, k])
    d_s5 = np.square(h5, out=work.d_s5)  # d_s5[t, n] = h5[t, n]**2
    d_s5 = np.subtract(1.0, d_s5, out=d_s5)  # d_s5[t, n] = 1 - h5[t, n]**2
    d_s5 = np.multiply(d_s5, d_h5, out=d_s5)  # d_s5[t, n] = d_h5[t, n]*(1 - h5[t, n]**2)
    d_W5 = np.dot(d_s5, h4.T)  # d_W5[j, k] = sum(n, d_s5[j, n]*h4[k, n])
    d_b5 = np.dot(d_s5, ones_N)  # d_b5[j] = sum(n, d_s5[j, n])
    d_h4 = np.dot(W5.T, d_s5, out=work.d_h4)  # d_h4[k, n] = sum(j, d_s5[j, n]*W5[j, k])
    d_s4 = np.square(h4, out=work.d_s4)  # d_s4[t, n] = h4[t, n]**2
    d_s4 = np.subtract(1.0, d_s4, out=d_s4)  # d_s4[t, n] = 1 - h4[t, n]**2
    d_s4 = np.multiply(d_s4, d_h4, out=d_s4)  # d_s4[t, n] = d_h4[t, n]*(1 - h4[t, n]**2)
    d_W4 = np.dot(d_s4, h3.T)  # d_W4[j, k] = sum(n, d_s4[j, n]*h3[k, n])
    d_b4 = np.dot(d_s4, ones_N)  # d_b4[j] = sum(n, d_s4[j, n])
    d_h3 = np.dot(W4.T, d_s4, out=work.d_h3)  # d_h3[k, n] = sum(j, d_s4[j, n]*W4[j, k])
    d_s3 = np.square(h3, out=work.d_s3)  # d_s3[t, n] = h3[t, n]**2
    d_s3 = np.subtract(1.0, d_s3, out=d_s3)  # d_s3[t, n] = 1 - h3[t, n]**2
    d_s3 = np.multiply(d_s3, d_h3, out=d_s3)  # d_s3[t, n] = d_h3[t, n]*(1 - h3[t, n]**2)
    d_W3 = np.dot(d_s3, h2.T)  # d_W3[j, k] = sum(n, d_s3[j, n]*h2[k, n])
    d_b3 = np.dot(d_s3, ones_N)  # d_b3[j] = sum(n, d_s3[j, n])
    d_h2 = np.dot(W3.T, d_s3, out=work.d_h2)  # d_h2[k, n] = sum(j, d_s3[j, n]*W3[j, k])
    d_s2 = np.square(h2, out=work.d_s2)  # d_s2[t, n] = h2[t, n]**2
    d_s2 = np.subtract(1.0, d_s2, out=d_s2)  # d_s2[t, n] = 1 - h2[t, n]**2
    d_s2 = np.multiply(d_s2, d_h2, out=d_s2)  # d_s2[t, n] = d_h2[t, n]*(1 - h2[t, n]**2)
    d_W2 = np.dot(d_s2, h1.T)  # d_W2[j, k] = sum(n, d_s2[j, n]*h1[k, n])
    d_b2 = np.dot(d_s2, ones_N)  # d_b2[j] = sum(n, d_s2[j, n])
    d_h1 = np.dot(W2.T, d_s2, out=work.d_h1)  # d_h1[k, n] = sum(j, d_s2[j, n]*W2[j, k])
    d_s1 = np.square(h1, out=work.d_s1)  # d_s1[t, n] = h1[t, n]**2
    d_s1 = np.subtract(1.0, d_s1, out=d_s1)  # d_s1[t, n] = 1 - h1[t, n]**2
    d_s1 = np.multiply(d_s1, d_h1, out=d_s1)  # d_s1[t, n] = d_h1[t, n]*(1 - h1[t, n]**2)
    d_W1 = np.dot(d_s1, x)  # d_W1[j, k] = sum(n, d_s1[j, n]*x[n, k])
    d_b1 = np.dot(d_s1, ones_N)  # d_b1[j] = sum(n, d_s1[j, n])
    grads = {
        "W1": d_W1,
        "b1": d_b1,
        "W2": d_W2,
        "b2": d_b2,
        "W3": d_W3,
        "b3": d_b3,
        "W4": d_W4,
        "b4": d_b4,
        "W5": d_W5,
        "b5": d_b5,
        "W6": d_W6,
        "b6": d_b6,
        "W7": d_W7,
        "b7": d_b7,
        "W8": d_W8,
        "b8": d_b8,
        "W9": d_W9,
        "b9": d_b9,
        "W10": d_W10,
        "b10": d_b10,
        "W11": d_W11,
        "b11": d_b11,
        "W12": d_W12,
        "b12": d_b12,
        "W13": d_W13,
        "b13": d_b13,
        "W14": d_W14,
        "b14": d_b14,
        "W15": d_W15,
        "b15": d_b15,
        "W16": d_W16,
        "b16": d_b16,
        "W17": d_W17,
        "b17": d_b17,
        "W18": d_W18,
        "b18": d_b18,
        "W19": d_W19,
        "b19": d_b19,
        "W20": d_W20,
        "b20": d_b20,
        "W21": d_W21,
        "b21": d_b21,
        "W22": d_W22,
        "b22": d_b22,
        "W23": d_W23,
        "b23": d_b23,
        "W24": d_W24,
        "b24": d_b24,
        "W25": d_W25,
        "b25": d_b25,
        "W26": d_W26,
        "b26": d_b26,
        "W27": d_W27,
        "b27": d_b27,
        "W28": d_W28,
        "b28": d_b28,
        "W29": d_W29,
        "b29": d_b29,
        "W30": d_W30,
        "b30": d_b30,
        "W31": d_W31,
        "b31": d_b31,
        "W32": d_W32,
        "b32": d_b32,
        "W33": d_W33,
        "b33": d_b33,
        "W34": d_W34,
        "b34": d_b34,
        "W35": d_W35,
        "b35": d_b35,
        "W36": d_W36,
        "b36": d_b36,
        "W37": d_W37,
        "b37": d_b37,
        "W38": d_W38,
        "b38": d_b38,
        "W39": d_W39,
        "b39": d_b39,
        "W40": d_W40,
        "b40": d_b40,
        "W41": d_W41,
        "b41": d_b41,
        "W42": d_W42,
        "b42": d_b42,
        "W43": d_W43,
        "b43": d_b43,
        "W44": d_W44,
        "b44": d_b44,
        "W45": d_W45,
        "b45": d_b45,
        "W46": d_W46,
        "b46": d_b46,
        "W47": d_W47,
        "b47": d_b47,
        "W48": d_W48,
        "b48": d_b48,
        "W49": d_W49,
        "b49": d_b49,
        "W50": d_W50,
        "b50": d_b50,
    }
    return loss, grads


def pack(params):
    """All parameters, or all gradients, as one new vector in the order of PARAMETERS."""
    dtype = _dtype(params)
    return np.concatenate([_floats(n, params[n], s, dtype).ravel() for n, s in PARAMETERS.items()])


def unpack(vector, **extents):
    """The dict of new arrays that ``pack`` made this vector of; free extents by keyword."""
    shapes = {
        name: tuple(extents.get(size, size) for size in shape) for name, shape in PARAMETERS.items()
    }
    counts = [int(np.prod(shape, dtype=np.intp)) for shape in shapes.values()]
    dtype = np.float32 if getattr(vector, "dtype", None) == np.float32 else np.float64
    vector = _floats("vector", vector, (sum(counts),), np.dtype(dtype))
    parts = np.split(vector, np.cumsum(counts)[:-1])
    return {
        name: part.reshape(shape).copy()
        for (name, shape), part in zip(shapes.items(), parts, strict=True)
    }


def value_and_flat_grad(vector, x, y):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x, y))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x, y,
    learning_rate=0.01,
    max_steps=1000,
    target_loss=None,
    min_improvement=0.0,
    callback=None,
):
    """Move each parameter against its derivative times the learning rate, until it is enough.

    Stops when the loss is at most ``target_loss``, when it changes by less than
    ``min_improvement``, when it is no longer finite, when ``callback(step, loss, params)``, which
    is given copies, returns True, or after ``max_steps``.  The given arrays stay as they are.
    """
    return _descend(
        params,
        (x, y),
        learning_rate,
        max_steps,
        target_loss,
        min_improvement,
        callback,
    )


def _descend(params, data, learning_rate, max_steps, target_loss, min_improvement, callback):
    """``fit`` with its data in a tuple, so that no name of theirs meets one of these."""
    dtype = _dtype(params)
    max_steps = _whole("max_steps", max_steps)
    for name, value in (("learning_rate", learning_rate), ("min_improvement", min_improvement)):
        if not np.isfinite(_number(value)):
            raise ValueError(f"{name} is {value!r}, expected a finite number")
    if target_loss is not None and np.isnan(_number(target_loss)):
        raise ValueError(f"target_loss is {target_loss!r}, which is not a number or None")
    if callback is not None and not callable(callback):
        raise TypeError(f"callback is {callback!r}, expected a function of (step, loss, params)")
    params = {n: _floats(n, params[n], s, dtype).copy() for n, s in PARAMETERS.items()}
    losses = []
    for step in range(max_steps + 1):
        value, grads = value_and_grad(params, *data)
        losses.append(float(value))
        if target_loss is not None and value <= target_loss:
            return Fit(params, losses, "the loss is acceptable")
        if not np.isfinite(value):
            return Fit(params, losses, "the loss is no longer finite; try a smaller learning rate")
        if step and abs(losses[-2] - losses[-1]) < min_improvement:
            return Fit(params, losses, "improvements became negligible")
        if callback is not None:
            copies = {name: array.copy() for name, array in params.items()}
            if callback(step, losses[-1], copies):
                return Fit(params, losses, "the callback asked to stop")
        if step < max_steps:
            for name, grad in grads.items():
                params[name] -= dtype.type(learning_rate) * grad
    return Fit(params, losses, "all steps were made")


def _dtype(params):
    """The dtype of the parameters; plain Python floats go with either."""
    if not isinstance(params, dict) or params.keys() != PARAMETERS.keys():
        raise _misnamed(params)
    dtype = first = None
    for name in PARAMETERS:
        found = getattr(params[name], "dtype", None)
        if found is None or found is dtype:
            continue
        kind = _array(name, params[name]).dtype.type
        if kind is not np.float32 and kind is not np.float64:
            raise _mistyped(name, params[name], "expected float32 or float64", "float64")
        found = np.dtype(kind)  # the one in native order, which NumPy knows as its own
        if dtype is not None and found is not dtype:
            raise TypeError(
                f"{first} holds {dtype}, but {name} holds {found}; use one dtype: params = "
                "{name: np.asarray(value, np.float64) for name, value in params.items()}"
            )
        dtype, first = found, name
    return np.dtype(np.float64) if dtype is None else dtype


def _floats(name, value, shape, dtype):
    """The argument as an array of the given shape and dtype; raises TypeError or ValueError."""
    if type(value) is np.ndarray and value.dtype is dtype and value.shape == shape:
        return value
    if not shape and (type(value) is dtype.type or type(value) is float):
        return np.array(value, dtype)
    array = _array(name, value)
    if array.dtype.kind != "f":
        raise _mistyped(name, value, f"expected {dtype}", dtype)
    if hasattr(value, "dtype") and array.dtype.newbyteorder("=") != dtype:
        raise _mistyped(name, value, f"but the parameters hold {dtype}", dtype)
    if array.shape != shape and not _fits(array.shape, shape):
        raise _misshapen(name, value, shape)
    return array.astype(dtype, copy=False)


def _length(name, value, shape, axis):
    """The extent that an argument binds."""
    found = _array(name, value).shape
    if len(found) != len(shape):
        raise _misshapen(name, value, shape)
    return found[axis]


def check(seed=0):
    """The largest relative disagreement of the gradients, in float64, with what they should be.

    That is what differences of the loss are along one direction in one parameter at a time.
    """
    return max(_disagreements(seed).values(), default=0.0)


def _disagreements(seed):
    """By what is compared; the numbers look random and are the same on every machine."""
    found = {}
    for signs in ("any", "positive data", "positive"):
        params, args, ways = _point(seed, signs)
        value, grads = value_and_grad(params, *args)
        if np.isfinite(value):
            break
    for name, grad in grads.items():
        way = ways[name] / max(1.0, np.sqrt(np.sum(ways[name] * ways[name])))

        def along(h, name=name, way=way, params=params, args=args):
            return float(loss({**params, name: params[name] + h * way}, *args))

        # A wide step is the more exact one, a narrow one seldom meets a kink among thousands.
        errors = []
        for h in (1e-3, 1e-5, 1e-7):
            near, far = along(h) - along(-h), along(2 * h) - along(-2 * h)
            slope = (8 * near - far) / (12 * h)
            # What rounding leaves of the loss is no slope.
            least = max(abs(slope), 1e-3 * abs(float(value)), 1e-300)
            errors.append(abs(slope - np.sum(grad * way)) / least)
        error = min(errors) if np.all(np.isfinite(errors)) else np.inf
        found[f"gradient by {name}, by differences"] = error
    return {name: error if np.isfinite(error) else np.inf for name, error in found.items()}


def _point(number, signs):
    """Parameters, data in the order of calls, and directions by parameter."""
    extents = {"N": 3}
    limits = {}
    start = 1000003 * number
    params, data, ways = {}, {}, {}
    for kind, shapes in ((params, PARAMETERS), (data, {**INPUTS, **TARGETS}), (ways, PARAMETERS)):
        for name, shape in shapes.items():
            sizes = tuple(extents.get(size, size) for size in shape)
            numbers = _spread(start, int(np.prod(sizes, dtype=np.intp))).reshape(sizes)
            start += numbers.size
            side = 2.0 * numbers - 1.0
            if kind is params:
                width = np.sqrt(float(max(1, np.prod(sizes[1:], dtype=np.intp))))
                side = (0.3 + 0.9 * np.abs(side)) * np.where(side < 0.0, -1.0, 1.0) / width
                side = np.abs(side) if signs == "positive" else side
            elif name in limits and kind is data:
                side = np.asarray(numbers * limits[name], np.intp)
            elif kind is data:
                side = 1.5 * side if signs == "any" else 0.2 + 0.9 * numbers
            kind[name] = side
    return params, tuple(data.values()), ways


def _spread(start, count):
    """Numbers between 0 and 1 that look as if they were drawn, by whole numbers modulo 2**32."""
    found = np.arange(start + 1, start + count + 1, dtype=np.uint64)
    for factor in (2654435761, 2246822519, 3266489917):
        found = found * np.uint64(factor) % np.uint64(2**32)
        found ^= found >> np.uint64(15)
    return (found + 0.5) / 2.0**32


# Arguments that do not fit: an error names each, what it is, what is expected, and what to pass.


def _array(name, value):
    """The argument as NumPy reads it; raises TypeError where that is no array."""
    if type(value) is np.ndarray:
        return value
    try:
        array = np.asarray(value)
    except Exception:
        array = np.asarray(None)  # whatever the reason is: it is no array
    if (array.ndim or array.dtype.kind in "biufc") and not isinstance(value, np.ma.MaskedArray):
        return array
    told = "None" if value is None else f"a {type(value).__name__}"
    mend = ", as np.asarray makes one of numbers"
    if hasattr(value, "detach"):
        mend = f"; pass {_written(name)}.detach().cpu().numpy()"
    raise TypeError(f"{name} is {told}, expected an array{mend}")


def _written(name, value=None):
    """An argument as the caller writes it, as an array where its value is another object."""
    text = f'params["{name}"]' if name in PARAMETERS else name
    return text if value is None or isinstance(value, np.ndarray) else f"np.asarray({text})"


def _mistyped(name, value, expected, dtype):
    """The error where an argument holds numbers of another kind."""
    found, text = np.asarray(value).dtype, _written(name, value)
    return TypeError(f"{name} holds {found}, {expected}; pass {text}.astype(np.{dtype})")


def _fits(found, shape):
    """Whether a shape is the one expected, in which a text stands for any extent."""
    return len(found) == len(shape) and all(
        isinstance(size, str) or size == extent for size, extent in zip(shape, found, strict=True)
    )


def _misshapen(name, value, shape):
    """The error where a shape does not fit: what bound its extents, and what makes it fit."""
    shapes = {**INPUTS, **TARGETS, **PARAMETERS}
    binding = {size: key for key, sizes in reversed(shapes.items()) for size in sizes}
    found, named = np.shape(value), shapes.get(name, shape)
    wanted, because = list(shape), {}
    for axis, extent in enumerate(named):
        bound = extent != shape[axis] and extent.isidentifier()
        if bound and binding[extent] == name:
            wanted[axis] = extent  # by this argument itself, so that any fits
        elif bound:
            because[extent] = f"{extent} is {shape[axis]} in {binding[extent]}"
    known = [size for size in wanted if not isinstance(size, str)]
    rows = np.size(value) // max(1, np.prod(known, dtype=int))
    sizes = tuple(rows if isinstance(size, str) else size for size in wanted)
    alike = [n for n in found if n != 1] == [n for n in sizes if n != 1]
    mend = ""
    if _fits(found[::-1], wanted) and not _fits(found, wanted):
        mend = f"; pass {_written(name, value)}.T"
    elif alike or sizes == (*found[:1], np.prod(found[1:], dtype=int)):
        free = any(isinstance(extent, str) for extent in named[:1])
        text = ", ".join(map(str, (-1, *sizes[1:]) if free else sizes)) or "()"
        mend = f"; pass {_written(name, value)}.reshape({text})"
    expected = ", ".join(map(str, wanted if mend else shape)) + "," * (len(shape) == 1)
    told = f", as {' and '.join(because.values())}" if because else ""
    return ValueError(f"{name} has shape {found}, expected ({expected}){told}{mend}")


def _misnamed(params):
    """The error where parameters are no dict with the keys of PARAMETERS."""
    import difflib

    if not isinstance(params, dict):
        return TypeError(f"params is a dict of arrays, not {type(params).__name__}; see init()")
    missing = sorted(PARAMETERS.keys() - params.keys())
    unknown = sorted(map(str, params.keys() - PARAMETERS.keys()))
    lower = {name.lower(): name for name in missing}
    meant = [
        f"{lower[near]} by {name}"
        for name in unknown for near in difflib.get_close_matches(name.lower(), lower, 1)
    ]
    mend = f"; did you mean {', '.join(meant)}?" if meant else ""
    return ValueError(f"params lacks {missing} and has unknown {unknown}{mend}")


def _precision(dtype):
    """One of the two dtypes that there are; raises TypeError."""
    if isinstance(dtype, np.ndarray) or dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise TypeError(f"dtype is {dtype!r}, expected np.float32 or np.float64")
    return np.dtype(dtype)


def _whole(name, value):
    """An integer that is not negative, as an int; raises ValueError."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is {value!r}, expected an integer that is not negative")
    return int(value)


def _number(value):
    """A value as a float, NaN where it is no number."""
    try:
        return np.nan if isinstance(value, (bool, str, bytes)) else float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan


if __name__ == "__main__":
    found = _disagreements(0)
    worst = max(found, key=found.get, default="nothing")
    error = found.get(worst, 0.0)
    print(f"largest relative disagreement: {error:.1e}, of the {worst}")
    raise SystemExit(0 if error < 1e-6 else 1)
