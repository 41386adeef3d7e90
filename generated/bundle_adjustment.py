"""Loss and gradients of the network bundle_adjustment.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    v[o, i] = X[point[o], i] - centre[camera[o], i]
    r[o, i] = turn[camera[o], i]
    turns[o] = sum(i, r[o, i]**2)
    angle[o] = sqrt(where((turns[o] > 0), turns[o], 1))
    along[o] = sum(i, r[o, i]*v[o, i])
    cross[o, 0] = r[o, 1]*v[o, 2] - r[o, 2]*v[o, 1]
    cross[o, 1] = r[o, 2]*v[o, 0] - r[o, 0]*v[o, 2]
    cross[o, 2] = r[o, 0]*v[o, 1] - r[o, 1]*v[o, 0]
    turned[o, i] = v[o, i]*cos(angle[o]) + (1 - cos(angle[o]))*r[o, i]*along[o]/angle[o]**2 +
        sin(angle[o])*cross[o, i]/angle[o]
    seen[o, i] = where((turns[o] > 0), turned[o, i], v[o, i] + cross[o, i])
    flat[o, k] = seen[o, k]/seen[o, 2]
    radius[o] = sum(k, flat[o, k]**2)
    bent[o] = 1 + lens[camera[o], 1]*radius[o]**2 + lens[camera[o], 0]*radius[o]
    place[o, k] = middle[camera[o], k] + focal[camera[o]]*flat[o, k]*bent[o]
    residual[o, k] = weight[o]*(place[o, k] - measured[o, k])
    loss = sum(o, k, residual[o, k]**2) + sum(o, (1 - weight[o]**2)**2)

Extents bound at each call: M.

Operations:
    forward and loss: 83*M
    backward: 196*M
    workspace, in floats: 38*M
"""

import numpy as np

TITLE = "Bundle adjustment"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "turn": (4, 3),
    "centre": (4, 3),
    "focal": (4,),
    "middle": (4, 2),
    "lens": (4, 2),
    "X": (20, 3),
}
INPUTS = {
    "camera": ("M",),
    "point": ("M",),
    "weight": ("M",),
}
TARGETS = {
    "measured": ("M", 2),
}
OUTPUTS = ("residual",)
# One derivative of the loss per parameter.
LATEX = {
    "turn": (
        "\\frac{\\partial L}{\\partial \\text{turn}_{\\text{camera}_o,i}} "
        "\\mathrel{+}= \\bar{r}_{o,i}"
    ),
    "centre": (
        "\\frac{\\partial L}{\\partial \\text{centre}_{\\text{camera}_o,i}"
        "} \\mathrel{+}= -\\bar{v}_{o,i}"
    ),
    "focal": (
        "\\frac{\\partial L}{\\partial \\text{focal}_{\\text{camera}_o}} \\"
        "mathrel{+}= \\text{bent}_o \\, \\text{sum\\ d}^{(\\text{place})}_"
        "o"
    ),
    "middle": (
        "\\frac{\\partial L}{\\partial \\text{middle}_{\\text{camera}_o,k}"
        "} \\mathrel{+}= \\overline{\\text{place}}_{o,k}"
    ),
    "lens": (
        "\\frac{\\partial L}{\\partial \\text{lens}_{\\text{camera}_o,1}} "
        "\\mathrel{+}= \\overline{\\text{bent}}_o \\, \\text{radius}_o^2,\\"
        "quad \\frac{\\partial L}{\\partial \\text{lens}_{\\text{camera}_o"
        ",0}} \\mathrel{+}= \\overline{\\text{bent}}_o \\, \\text{radius}_"
        "o"
    ),
    "X": (
        "\\frac{\\partial L}{\\partial X_{\\text{point}_o,i}} \\mathrel{+}"
        "= \\bar{v}_{o,i}"
    ),
}
_BUFFERS = (
    "v",
    "centre_read",
    "r",
    "turns",
    "greater_turns",
    "where_turns",
    "angle",
    "along",
    "cross",
    "product_cross",
    "product_cross_2",
    "product_cross_3",
    "cos_angle",
    "sin_angle",
    "turned",
    "ratio_turned",
    "product_turned",
    "square_turned",
    "sum_turned",
    "product_turned_2",
    "seen",
    "flat",
    "radius",
    "bent",
    "square_bent",
    "lens_read",
    "focal_read",
    "place",
    "middle_read",
    "residual",
    "square_loss",
    "product_d_place",
    "d_place",
    "sum_d_place",
    "product_d_focal",
    "d_bent",
    "d_radius",
    "lens_read_2",
    "focal_read_2",
    "d_flat",
    "product_d_flat",
    "product_d_flat_2",
    "d_seen",
    "sum_d_seen",
    "d_turned",
    "negate_where_d_seen",
    "where_d_seen",
    "ratio_d_cross",
    "d_cross",
    "square_where_angle",
    "ratio_where_angle",
    "where_angle",
    "d_along",
    "sum_d_along",
    "product_d_angle",
    "square_d_angle",
    "product_d_angle_2",
    "ratio_d_angle",
    "product_d_angle_3",
    "square_d_angle_2",
    "sum_d_angle",
    "product_d_angle_4",
    "square_d_angle_3",
    "product_d_angle_5",
    "product_d_angle_6",
    "where_d_angle",
    "d_angle",
    "root_d_turns",
    "d_turns",
    "d_r",
    "product_d_r",
    "product_d_r_2",
    "sum_d_r",
    "product_d_r_3",
    "product_d_r_4",
    "product_d_r_5",
    "product_d_r_6",
    "product_d_r_7",
    "product_d_r_8",
    "product_d_r_9",
    "d_v",
    "product_d_v",
    "product_d_v_2",
    "product_d_v_3",
    "product_d_v_4",
    "product_d_v_5",
    "product_d_v_6",
    "product_d_v_7",
    "product_d_centre",
    "square_d_lens",
    "product_d_lens",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "turn": np.asarray(rng.normal(0.0, 0.02, (4, 3)), dtype),
        "centre": np.asarray(rng.normal(0.0, 0.1, (4, 3)), dtype),
        "focal": np.full((4,), 1.0, dtype),
        "middle": np.asarray(rng.uniform(-1.0, 1.0, (4, 2)), dtype),
        "lens": np.full((4, 2), 0.0, dtype),
        "X": np.asarray(rng.uniform(4.0, 5.0, (20, 3)), dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    38*M floats for extents (M).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, M, dtype=np.float64):
        M = _whole("M", M)
        self.size = (M,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(3 * M, dtype)
        self.v = memory_1.reshape(M, 3)
        memory_2 = np.empty(3 * M, dtype)
        self.centre_read = memory_2.reshape(M, 3)
        self.r = memory_2.reshape(M, 3)
        memory_3 = np.empty(M, dtype)
        self.turns = memory_3.reshape(M)
        self.angle = memory_3.reshape(M)
        self.square_d_angle_3 = memory_3.reshape(M)
        self.d_turns = memory_3.reshape(M)
        self.product_d_r = memory_3.reshape(M)
        self.product_d_r_6 = memory_3.reshape(M)
        self.product_d_v_3 = memory_3.reshape(M)
        memory_4 = np.empty(M, bool)
        self.greater_turns = memory_4.reshape(M)
        memory_5 = np.empty(M, dtype)
        self.where_turns = memory_5.reshape(M)
        self.root_d_turns = memory_5.reshape(M)
        self.product_d_r_5 = memory_5.reshape(M)
        self.product_d_v_2 = memory_5.reshape(M)
        memory_6 = np.empty(M, dtype)
        self.along = memory_6.reshape(M)
        self.product_d_r_7 = memory_6.reshape(M)
        self.product_d_v_4 = memory_6.reshape(M)
        memory_7 = np.empty(3 * M, dtype)
        self.cross = memory_7.reshape(M, 3)
        self.product_d_angle_3 = memory_7.reshape(M, 3)
        self.product_d_r_2 = memory_7.reshape(M, 3)
        self.product_d_centre = memory_7.reshape(M, 3)
        memory_8 = np.empty(M, dtype)
        self.product_cross = memory_8.reshape(M)
        self.product_cross_2 = memory_8.reshape(M)
        self.product_cross_3 = memory_8.reshape(M)
        self.cos_angle = memory_8.reshape(M)
        self.square_d_lens = memory_8.reshape(M)
        memory_9 = np.empty(M, dtype)
        self.sin_angle = memory_9.reshape(M)
        self.product_d_angle_5 = memory_9.reshape(M)
        self.sum_d_r = memory_9.reshape(M)
        self.product_d_r_8 = memory_9.reshape(M)
        self.product_d_v_5 = memory_9.reshape(M)
        memory_10 = np.empty(3 * M, dtype)
        self.turned = memory_10.reshape(M, 3)
        self.radius = memory_10[: M].reshape(M)
        memory_11 = np.empty(3 * M, dtype)
        self.ratio_turned = memory_11[: M].reshape(M)
        self.square_turned = memory_11[: M].reshape(M)
        self.product_turned_2 = memory_11.reshape(M, 3)
        self.flat = memory_11[: 2 * M].reshape(M, 2)
        self.product_d_flat_2 = memory_11[: 2 * M].reshape(M, 2)
        self.d_seen = memory_11.reshape(M, 3)
        self.ratio_d_cross = memory_11.reshape(M, 3)
        self.ratio_where_angle = memory_11.reshape(M, 3)
        self.sum_d_along = memory_11[: M].reshape(M)
        self.product_d_angle = memory_11.reshape(M, 3)
        self.product_d_angle_4 = memory_11.reshape(M, 3)
        self.where_d_angle = memory_11.reshape(M, 3)
        self.d_v = memory_11.reshape(M, 3)
        memory_12 = np.empty(3 * M, dtype)
        self.product_turned = memory_12.reshape(M, 3)
        self.sum_turned = memory_12[: M].reshape(M)
        self.seen = memory_12.reshape(M, 3)
        self.d_turned = memory_12.reshape(M, 3)
        self.product_d_v = memory_12.reshape(M, 3)
        memory_13 = np.empty(3 * M, dtype)
        self.bent = memory_13[: M].reshape(M)
        self.sum_d_seen = memory_13[: M].reshape(M)
        self.where_angle = memory_13.reshape(M, 3)
        self.product_d_r_3 = memory_13.reshape(M, 3)
        memory_14 = np.empty(3 * M, dtype)
        self.square_bent = memory_14[: M].reshape(M)
        self.place = memory_14[: 2 * M].reshape(M, 2)
        self.residual = memory_14[: 2 * M].reshape(M, 2)
        self.d_place = memory_14[: 2 * M].reshape(M, 2)
        self.d_flat = memory_14[: 2 * M].reshape(M, 2)
        self.d_cross = memory_14.reshape(M, 3)
        memory_15 = np.empty(3 * M, dtype)
        self.lens_read = memory_15[: M].reshape(M)
        self.focal_read = memory_15[: M].reshape(M)
        self.middle_read = memory_15[: 2 * M].reshape(M, 2)
        self.square_loss = memory_15[: M].reshape(M)
        self.product_d_place = memory_15[: M].reshape(M)
        self.sum_d_place = memory_15[: M].reshape(M)
        self.d_radius = memory_15[: M].reshape(M)
        self.product_d_flat = memory_15[: M].reshape(M)
        self.where_d_seen = memory_15.reshape(M, 3)
        memory_16 = np.empty(M, dtype)
        self.product_d_focal = memory_16.reshape(M)
        self.d_bent = memory_16.reshape(M)
        self.product_d_lens = memory_16.reshape(M)
        memory_17 = np.empty(M, dtype)
        self.lens_read_2 = memory_17.reshape(M)
        self.focal_read_2 = memory_17.reshape(M)
        self.square_where_angle = memory_17.reshape(M)
        self.d_along = memory_17.reshape(M)
        self.product_d_v_7 = memory_17.reshape(M)
        memory_18 = np.empty(M, bool)
        self.negate_where_d_seen = memory_18.reshape(M)
        memory_19 = np.empty(M, dtype)
        self.square_d_angle = memory_19.reshape(M)
        self.ratio_d_angle = memory_19.reshape(M)
        self.square_d_angle_2 = memory_19.reshape(M)
        self.d_angle = memory_19.reshape(M)
        self.product_d_r_4 = memory_19.reshape(M)
        self.product_d_r_9 = memory_19.reshape(M)
        self.product_d_v_6 = memory_19.reshape(M)
        memory_20 = np.empty(3 * M, dtype)
        self.product_d_angle_2 = memory_20.reshape(M, 3)
        self.sum_d_angle = memory_20[: M].reshape(M)
        self.product_d_angle_6 = memory_20.reshape(M, 3)
        self.d_r = memory_20.reshape(M, 3)
        self.ones_3 = np.ones(3, dtype)

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
def forward(params, camera, point, weight, measured):
    """The output residual, a new array."""
    dtype = _dtype(params)
    M = _length("camera", camera, ("M",), 0)
    turn = _floats("turn", params["turn"], (4, 3), dtype)
    centre = _floats("centre", params["centre"], (4, 3), dtype)
    focal = _floats("focal", params["focal"], (4,), dtype)
    middle = _floats("middle", params["middle"], (4, 2), dtype)
    lens = _floats("lens", params["lens"], (4, 2), dtype)
    X = _floats("X", params["X"], (20, 3), dtype)
    camera = _integers("camera", camera, (M,), 4)
    point = _integers("point", point, (M,), 20)
    weight = _floats("weight", weight, (M,), dtype)
    measured = _floats("measured", measured, (M, 2), dtype)
    v = np.take(X, point, axis=0, mode="clip")  # v[o, i] = X[point[o], i]
    # centre_read[o, i] = centre[camera[o], i]
    centre_read = np.take(centre, camera, axis=0, mode="clip")
    v = np.subtract(v, centre_read, out=v)  # v[o, i] = X[point[o], i] - centre[camera[o], i]
    r = np.take(turn, camera, axis=0, mode="clip")  # r[o, i] = turn[camera[o], i]
    turns = np.vecdot(r, r)  # turns[o] = sum(i, r[o, i]**2)
    greater_turns = np.greater(turns, 0.0)  # greater_turns[o] = (turns[o] > 0)
    # angle[o] = where(greater_turns[o], turns[o], 1)
    angle = _chosen(greater_turns, turns, 1.0, None, (M,), dtype)
    angle = np.sqrt(angle, out=angle)  # angle[o] = sqrt(where(greater_turns[o], turns[o], 1))
    along = np.vecdot(r, v)  # along[o] = sum(i, r[o, i]*v[o, i])
    cross = np.empty((M, 3), dtype)  # cross, part by part
    np.multiply(r[:, 1], v[:, 2], out=cross[:, 0])  # cross_view[o] = r[o, 1]*v[o, 2]
    product_cross = np.multiply(r[:, 2], v[:, 1])  # product_cross[o] = r[o, 2]*v[o, 1]
    # cross[o, 0] = r[o, 1]*v[o, 2] - r[o, 2]*v[o, 1]
    np.subtract(cross[:, 0], product_cross, out=cross[:, 0])
    np.multiply(r[:, 2], v[:, 0], out=cross[:, 1])  # cross_view_2[o] = r[o, 2]*v[o, 0]
    product_cross_2 = np.multiply(r[:, 0], v[:, 2])  # product_cross_2[o] = r[o, 0]*v[o, 2]
    # cross[o, 1] = r[o, 2]*v[o, 0] - r[o, 0]*v[o, 2]
    np.subtract(cross[:, 1], product_cross_2, out=cross[:, 1])
    np.multiply(r[:, 0], v[:, 1], out=cross[:, 2])  # cross_view_3[o] = r[o, 0]*v[o, 1]
    product_cross_3 = np.multiply(r[:, 1], v[:, 0])  # product_cross_3[o] = r[o, 1]*v[o, 0]
    # cross[o, 2] = r[o, 0]*v[o, 1] - r[o, 1]*v[o, 0]
    np.subtract(cross[:, 2], product_cross_3, out=cross[:, 2])
    cos_angle = np.cos(angle)  # cos_angle[o] = cos(angle[o])
    sin_turned = np.sin(angle)  # sin_turned[o] = sin(angle[o])
    # sin_turned[o] = sin(angle[o])/angle[o]
    sin_turned = np.divide(sin_turned, angle, out=sin_turned)
    # turned[o, i] = sin(angle[o])*cross[o, i]/angle[o]
    turned = np.multiply(sin_turned[:, None], cross)
    # product_turned[o, i] = v[o, i]*cos_angle[o]
    product_turned = np.multiply(cos_angle[:, None], v)
    # turned[o, i] = v[o, i]*cos_angle[o] + sin(angle[o])*cross[o, i]/angle[o]
    turned = np.add(turned, product_turned, out=turned)
    square_turned = np.square(angle)  # square_turned[o] = angle[o]**2
    sum_turned = np.subtract(1.0, cos_angle)  # sum_turned[o] = 1 - cos_angle[o]
    # sum_turned[o] = along[o]*(1 - cos_angle[o])
    sum_turned = np.multiply(sum_turned, along, out=sum_turned)
    # sum_turned[o] = along[o]*(1 - cos_angle[o])/angle[o]**2
    sum_turned = np.divide(sum_turned, square_turned, out=sum_turned)
    # product_turned_2[o, i] = r[o, i]*along[o]*(1 - cos_angle[o])/angle[o]**2
    product_turned_2 = np.multiply(sum_turned[:, None], r)
    # turned[o, i] = v[o, i]*cos_angle[o] + r[o, i]*along[o]*(1 - cos_angle[o])/angle[o]**2 +
    #     sin(angle[o])*cross[o, i]/angle[o]
    turned = np.add(turned, product_turned_2, out=turned)
    seen = np.add(v, cross)  # seen[o, i] = v[o, i] + cross[o, i]
    # seen[o, i] = where(greater_turns[o], turned[o, i], v[o, i] + cross[o, i])
    seen = _chosen(greater_turns[:, None], turned, seen, seen, (M, 3), dtype)
    flat = np.divide(seen[:, : 2], seen[:, 2][:, None])  # flat[o, k] = seen[o, k]/seen[o, 2]
    radius = np.vecdot(flat, flat)  # radius[o] = sum(k, flat[o, k]**2)
    bent = _filled(lens[camera, 0], None, (M,), dtype)  # bent[o] = lens[camera[o], 0]
    bent = np.multiply(bent, radius, out=bent)  # bent[o] = lens[camera[o], 0]*radius[o]
    bent = np.add(bent, 1.0, out=bent)  # bent[o] = 1 + lens[camera[o], 0]*radius[o]
    square_bent = np.square(radius)  # square_bent[o] = radius[o]**2
    lens_read = _filled(lens[camera, 1], None, (M,), dtype)  # lens_read[o] = lens[camera[o], 1]
    # square_bent[o] = lens[camera[o], 1]*radius[o]**2
    square_bent = np.multiply(square_bent, lens_read, out=square_bent)
    # bent[o] = 1 + lens[camera[o], 1]*radius[o]**2 + lens[camera[o], 0]*radius[o]
    bent = np.add(bent, square_bent, out=bent)
    focal_read = np.take(focal, camera, axis=0, mode="clip")  # focal_read[o] = focal[camera[o]]
    # focal_read[o] = focal[camera[o]]*bent[o]
    focal_read = np.multiply(bent, focal_read, out=focal_read)
    # place[o, k] = focal[camera[o]]*flat[o, k]*bent[o]
    place = np.multiply(focal_read[:, None], flat)
    # middle_read[o, k] = middle[camera[o], k]
    middle_read = np.take(middle, camera, axis=0, mode="clip")
    # place[o, k] = middle[camera[o], k] + focal[camera[o]]*flat[o, k]*bent[o]
    place = np.add(place, middle_read, out=place)
    residual = np.subtract(place, measured)  # residual[o, k] = place[o, k] - measured[o, k]
    # residual[o, k] = weight[o]*(place[o, k] - measured[o, k])
    residual = np.multiply(weight[:, None], residual, out=residual)
    return residual


@np.errstate(all="ignore")
def loss(params, camera, point, weight, measured):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    M = _length("camera", camera, ("M",), 0)
    turn = _floats("turn", params["turn"], (4, 3), dtype)
    centre = _floats("centre", params["centre"], (4, 3), dtype)
    focal = _floats("focal", params["focal"], (4,), dtype)
    middle = _floats("middle", params["middle"], (4, 2), dtype)
    lens = _floats("lens", params["lens"], (4, 2), dtype)
    X = _floats("X", params["X"], (20, 3), dtype)
    camera = _integers("camera", camera, (M,), 4)
    point = _integers("point", point, (M,), 20)
    weight = _floats("weight", weight, (M,), dtype)
    measured = _floats("measured", measured, (M, 2), dtype)
    v = np.take(X, point, axis=0, mode="clip")  # v[o, i] = X[point[o], i]
    # centre_read[o, i] = centre[camera[o], i]
    centre_read = np.take(centre, camera, axis=0, mode="clip")
    v = np.subtract(v, centre_read, out=v)  # v[o, i] = X[point[o], i] - centre[camera[o], i]
    r = np.take(turn, camera, axis=0, mode="clip")  # r[o, i] = turn[camera[o], i]
    turns = np.vecdot(r, r)  # turns[o] = sum(i, r[o, i]**2)
    greater_turns = np.greater(turns, 0.0)  # greater_turns[o] = (turns[o] > 0)
    # angle[o] = where(greater_turns[o], turns[o], 1)
    angle = _chosen(greater_turns, turns, 1.0, None, (M,), dtype)
    angle = np.sqrt(angle, out=angle)  # angle[o] = sqrt(where(greater_turns[o], turns[o], 1))
    along = np.vecdot(r, v)  # along[o] = sum(i, r[o, i]*v[o, i])
    cross = np.empty((M, 3), dtype)  # cross, part by part
    np.multiply(r[:, 1], v[:, 2], out=cross[:, 0])  # cross_view[o] = r[o, 1]*v[o, 2]
    product_cross = np.multiply(r[:, 2], v[:, 1])  # product_cross[o] = r[o, 2]*v[o, 1]
    # cross[o, 0] = r[o, 1]*v[o, 2] - r[o, 2]*v[o, 1]
    np.subtract(cross[:, 0], product_cross, out=cross[:, 0])
    np.multiply(r[:, 2], v[:, 0], out=cross[:, 1])  # cross_view_2[o] = r[o, 2]*v[o, 0]
    product_cross_2 = np.multiply(r[:, 0], v[:, 2])  # product_cross_2[o] = r[o, 0]*v[o, 2]
    # cross[o, 1] = r[o, 2]*v[o, 0] - r[o, 0]*v[o, 2]
    np.subtract(cross[:, 1], product_cross_2, out=cross[:, 1])
    np.multiply(r[:, 0], v[:, 1], out=cross[:, 2])  # cross_view_3[o] = r[o, 0]*v[o, 1]
    product_cross_3 = np.multiply(r[:, 1], v[:, 0])  # product_cross_3[o] = r[o, 1]*v[o, 0]
    # cross[o, 2] = r[o, 0]*v[o, 1] - r[o, 1]*v[o, 0]
    np.subtract(cross[:, 2], product_cross_3, out=cross[:, 2])
    cos_angle = np.cos(angle)  # cos_angle[o] = cos(angle[o])
    sin_turned = np.sin(angle)  # sin_turned[o] = sin(angle[o])
    # sin_turned[o] = sin(angle[o])/angle[o]
    sin_turned = np.divide(sin_turned, angle, out=sin_turned)
    # turned[o, i] = sin(angle[o])*cross[o, i]/angle[o]
    turned = np.multiply(sin_turned[:, None], cross)
    # product_turned[o, i] = v[o, i]*cos_angle[o]
    product_turned = np.multiply(cos_angle[:, None], v)
    # turned[o, i] = v[o, i]*cos_angle[o] + sin(angle[o])*cross[o, i]/angle[o]
    turned = np.add(turned, product_turned, out=turned)
    square_turned = np.square(angle)  # square_turned[o] = angle[o]**2
    sum_turned = np.subtract(1.0, cos_angle)  # sum_turned[o] = 1 - cos_angle[o]
    # sum_turned[o] = along[o]*(1 - cos_angle[o])
    sum_turned = np.multiply(sum_turned, along, out=sum_turned)
    # sum_turned[o] = along[o]*(1 - cos_angle[o])/angle[o]**2
    sum_turned = np.divide(sum_turned, square_turned, out=sum_turned)
    # product_turned_2[o, i] = r[o, i]*along[o]*(1 - cos_angle[o])/angle[o]**2
    product_turned_2 = np.multiply(sum_turned[:, None], r)
    # turned[o, i] = v[o, i]*cos_angle[o] + r[o, i]*along[o]*(1 - cos_angle[o])/angle[o]**2 +
    #     sin(angle[o])*cross[o, i]/angle[o]
    turned = np.add(turned, product_turned_2, out=turned)
    seen = np.add(v, cross)  # seen[o, i] = v[o, i] + cross[o, i]
    # seen[o, i] = where(greater_turns[o], turned[o, i], v[o, i] + cross[o, i])
    seen = _chosen(greater_turns[:, None], turned, seen, seen, (M, 3), dtype)
    flat = np.divide(seen[:, : 2], seen[:, 2][:, None])  # flat[o, k] = seen[o, k]/seen[o, 2]
    radius = np.vecdot(flat, flat)  # radius[o] = sum(k, flat[o, k]**2)
    bent = _filled(lens[camera, 0], None, (M,), dtype)  # bent[o] = lens[camera[o], 0]
    bent = np.multiply(bent, radius, out=bent)  # bent[o] = lens[camera[o], 0]*radius[o]
    bent = np.add(bent, 1.0, out=bent)  # bent[o] = 1 + lens[camera[o], 0]*radius[o]
    square_bent = np.square(radius)  # square_bent[o] = radius[o]**2
    lens_read = _filled(lens[camera, 1], None, (M,), dtype)  # lens_read[o] = lens[camera[o], 1]
    # square_bent[o] = lens[camera[o], 1]*radius[o]**2
    square_bent = np.multiply(square_bent, lens_read, out=square_bent)
    # bent[o] = 1 + lens[camera[o], 1]*radius[o]**2 + lens[camera[o], 0]*radius[o]
    bent = np.add(bent, square_bent, out=bent)
    focal_read = np.take(focal, camera, axis=0, mode="clip")  # focal_read[o] = focal[camera[o]]
    # focal_read[o] = focal[camera[o]]*bent[o]
    focal_read = np.multiply(bent, focal_read, out=focal_read)
    # place[o, k] = focal[camera[o]]*flat[o, k]*bent[o]
    place = np.multiply(focal_read[:, None], flat)
    # middle_read[o, k] = middle[camera[o], k]
    middle_read = np.take(middle, camera, axis=0, mode="clip")
    # place[o, k] = middle[camera[o], k] + focal[camera[o]]*flat[o, k]*bent[o]
    place = np.add(place, middle_read, out=place)
    residual = np.subtract(place, measured)  # residual[o, k] = place[o, k] - measured[o, k]
    # residual[o, k] = weight[o]*(place[o, k] - measured[o, k])
    residual = np.multiply(weight[:, None], residual, out=residual)
    sum_loss = np.vdot(residual, residual)  # sum_loss = sum(o, k, residual[o, k]**2)
    square_loss = np.square(weight)  # square_loss[o] = weight[o]**2
    # square_loss[o] = 1 - weight[o]**2
    square_loss = np.subtract(1.0, square_loss, out=square_loss)
    sum_loss_2 = np.dot(square_loss, square_loss)  # sum_loss_2 = sum(o, (1 - weight[o]**2)**2)
    # loss = sum(o, k, residual[o, k]**2) + sum(o, (1 - weight[o]**2)**2)
    loss = sum_loss + sum_loss_2
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, camera, point, weight, measured, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    M = _length("camera", camera, ("M",), 0)
    turn = _floats("turn", params["turn"], (4, 3), dtype)
    centre = _floats("centre", params["centre"], (4, 3), dtype)
    focal = _floats("focal", params["focal"], (4,), dtype)
    middle = _floats("middle", params["middle"], (4, 2), dtype)
    lens = _floats("lens", params["lens"], (4, 2), dtype)
    X = _floats("X", params["X"], (20, 3), dtype)
    camera = _integers("camera", camera, (M,), 4)
    point = _integers("point", point, (M,), 20)
    weight = _floats("weight", weight, (M,), dtype)
    measured = _floats("measured", measured, (M, 2), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_3 = np.ones(3, dtype)
    else:
        Workspace.require(workspace, (M,), dtype)
        work = workspace
        ones_3 = workspace.ones_3
    v = np.take(X, point, axis=0, out=work.v, mode="clip")  # v[o, i] = X[point[o], i]
    # centre_read[o, i] = centre[camera[o], i]
    centre_read = np.take(centre, camera, axis=0, out=work.centre_read, mode="clip")
    v = np.subtract(v, centre_read, out=v)  # v[o, i] = X[point[o], i] - centre[camera[o], i]
    r = np.take(turn, camera, axis=0, out=work.r, mode="clip")  # r[o, i] = turn[camera[o], i]
    turns = np.vecdot(r, r, out=work.turns)  # turns[o] = sum(i, r[o, i]**2)
    # greater_turns[o] = (turns[o] > 0)
    greater_turns = np.greater(turns, 0.0, out=work.greater_turns)
    # where_turns[o] = where(greater_turns[o], turns[o], 1)
    where_turns = _chosen(greater_turns, turns, 1.0, work.where_turns, (M,), dtype)
    angle = np.sqrt(where_turns, out=work.angle)  # angle[o] = sqrt(where_turns[o])
    along = np.vecdot(r, v, out=work.along)  # along[o] = sum(i, r[o, i]*v[o, i])
    cross = _reserved(work.cross, (M, 3), dtype)  # cross, part by part
    np.multiply(r[:, 1], v[:, 2], out=cross[:, 0])  # cross_view[o] = r[o, 1]*v[o, 2]
    # product_cross[o] = r[o, 2]*v[o, 1]
    product_cross = np.multiply(r[:, 2], v[:, 1], out=work.product_cross)
    # cross[o, 0] = r[o, 1]*v[o, 2] - r[o, 2]*v[o, 1]
    np.subtract(cross[:, 0], product_cross, out=cross[:, 0])
    np.multiply(r[:, 2], v[:, 0], out=cross[:, 1])  # cross_view_2[o] = r[o, 2]*v[o, 0]
    # product_cross_2[o] = r[o, 0]*v[o, 2]
    product_cross_2 = np.multiply(r[:, 0], v[:, 2], out=work.product_cross_2)
    # cross[o, 1] = r[o, 2]*v[o, 0] - r[o, 0]*v[o, 2]
    np.subtract(cross[:, 1], product_cross_2, out=cross[:, 1])
    np.multiply(r[:, 0], v[:, 1], out=cross[:, 2])  # cross_view_3[o] = r[o, 0]*v[o, 1]
    # product_cross_3[o] = r[o, 1]*v[o, 0]
    product_cross_3 = np.multiply(r[:, 1], v[:, 0], out=work.product_cross_3)
    # cross[o, 2] = r[o, 0]*v[o, 1] - r[o, 1]*v[o, 0]
    np.subtract(cross[:, 2], product_cross_3, out=cross[:, 2])
    cos_angle = np.cos(angle, out=work.cos_angle)  # cos_angle[o] = cos(angle[o])
    sin_angle = np.sin(angle, out=work.sin_angle)  # sin_angle[o] = sin(angle[o])
    # turned[o, i] = v[o, i]*cos_angle[o]
    turned = np.multiply(cos_angle[:, None], v, out=work.turned)
    # ratio_turned[o] = sin_angle[o]/angle[o]
    ratio_turned = np.divide(sin_angle, angle, out=work.ratio_turned)
    # product_turned[o, i] = cross[o, i]*sin_angle[o]/angle[o]
    product_turned = np.multiply(ratio_turned[:, None], cross, out=work.product_turned)
    # turned[o, i] = v[o, i]*cos_angle[o] + cross[o, i]*sin_angle[o]/angle[o]
    turned = np.add(turned, product_turned, out=turned)
    square_turned = np.square(angle, out=work.square_turned)  # square_turned[o] = angle[o]**2
    # sum_turned[o] = 1 - cos_angle[o]
    sum_turned = np.subtract(1.0, cos_angle, out=work.sum_turned)
    # sum_turned[o] = along[o]*(1 - cos_angle[o])
    sum_turned = np.multiply(sum_turned, along, out=sum_turned)
    # sum_turned[o] = along[o]*(1 - cos_angle[o])/angle[o]**2
    sum_turned = np.divide(sum_turned, square_turned, out=sum_turned)
    # product_turned_2[o, i] = r[o, i]*along[o]*(1 - cos_angle[o])/angle[o]**2
    product_turned_2 = np.multiply(sum_turned[:, None], r, out=work.product_turned_2)
    # turned[o, i] = v[o, i]*cos_angle[o] + r[o, i]*along[o]*(1 - cos_angle[o])/angle[o]**2 +
    #     cross[o, i]*sin_angle[o]/angle[o]
    turned = np.add(turned, product_turned_2, out=turned)
    seen = np.add(v, cross, out=work.seen)  # seen[o, i] = v[o, i] + cross[o, i]
    # seen[o, i] = where(greater_turns[o], turned[o, i], v[o, i] + cross[o, i])
    seen = _chosen(greater_turns[:, None], turned, seen, seen, (M, 3), dtype)
    # flat[o, k] = seen[o, k]/seen[o, 2]
    flat = np.divide(seen[:, : 2], seen[:, 2][:, None], out=work.flat)
    radius = np.vecdot(flat, flat, out=work.radius)  # radius[o] = sum(k, flat[o, k]**2)
    bent = _filled(lens[camera, 0], work.bent, (M,), dtype)  # bent[o] = lens[camera[o], 0]
    bent = np.multiply(bent, radius, out=bent)  # bent[o] = lens[camera[o], 0]*radius[o]
    bent = np.add(bent, 1.0, out=bent)  # bent[o] = 1 + lens[camera[o], 0]*radius[o]
    square_bent = np.square(radius, out=work.square_bent)  # square_bent[o] = radius[o]**2
    # lens_read[o] = lens[camera[o], 1]
    lens_read = _filled(lens[camera, 1], work.lens_read, (M,), dtype)
    # square_bent[o] = lens[camera[o], 1]*radius[o]**2
    square_bent = np.multiply(square_bent, lens_read, out=square_bent)
    # bent[o] = 1 + lens[camera[o], 1]*radius[o]**2 + lens[camera[o], 0]*radius[o]
    bent = np.add(bent, square_bent, out=bent)
    # focal_read[o] = focal[camera[o]]
    focal_read = np.take(focal, camera, axis=0, out=work.focal_read, mode="clip")
    # focal_read[o] = focal[camera[o]]*bent[o]
    focal_read = np.multiply(bent, focal_read, out=focal_read)
    # place[o, k] = focal[camera[o]]*flat[o, k]*bent[o]
    place = np.multiply(focal_read[:, None], flat, out=work.place)
    # middle_read[o, k] = middle[camera[o], k]
    middle_read = np.take(middle, camera, axis=0, out=work.middle_read, mode="clip")
    # place[o, k] = middle[camera[o], k] + focal[camera[o]]*flat[o, k]*bent[o]
    place = np.add(place, middle_read, out=place)
    # residual[o, k] = place[o, k] - measured[o, k]
    residual = np.subtract(place, measured, out=work.residual)
    # residual[o, k] = weight[o]*(place[o, k] - measured[o, k])
    residual = np.multiply(weight[:, None], residual, out=residual)
    sum_loss = np.vdot(residual, residual)  # sum_loss = sum(o, k, residual[o, k]**2)
    square_loss = np.square(weight, out=work.square_loss)  # square_loss[o] = weight[o]**2
    # square_loss[o] = 1 - weight[o]**2
    square_loss = np.subtract(1.0, square_loss, out=square_loss)
    sum_loss_2 = np.dot(square_loss, square_loss)  # sum_loss_2 = sum(o, (1 - weight[o]**2)**2)
    # loss = sum(o, k, residual[o, k]**2) + sum(o, (1 - weight[o]**2)**2)
    loss = sum_loss + sum_loss_2
    # product_d_place[o] = 2*weight[o]
    product_d_place = np.multiply(weight, 2.0, out=work.product_d_place)
    # d_place[o, k] = 2*weight[o]*residual[o, k]
    d_place = np.multiply(product_d_place[:, None], residual, out=work.d_place)
    d_middle = np.zeros((4, 2), dtype)  # d_middle = 0
    _add_rows(d_middle, camera, d_place)  # d_middle[camera[o], k] += d_place[o, k]
    # sum_d_place[o] = sum(k, d_place[o, k]*flat[o, k])
    sum_d_place = np.vecdot(d_place, flat, out=work.sum_d_place)
    d_focal = np.zeros((4,), dtype)  # d_focal = 0
    # product_d_focal[o] = bent[o]*sum_d_place[o]
    product_d_focal = np.multiply(bent, sum_d_place, out=work.product_d_focal)
    _add_rows(d_focal, camera, product_d_focal)  # d_focal[camera[o]] += bent[o]*sum_d_place[o]
    # d_bent[o] = focal[camera[o]]
    d_bent = np.take(focal, camera, axis=0, out=work.d_bent, mode="clip")
    # d_bent[o] = focal[camera[o]]*sum_d_place[o]
    d_bent = np.multiply(d_bent, sum_d_place, out=d_bent)
    # d_radius[o] = lens[camera[o], 1]
    d_radius = _filled(lens[camera, 1], work.d_radius, (M,), dtype)
    d_radius = np.multiply(d_radius, 2.0, out=d_radius)  # d_radius[o] = 2*lens[camera[o], 1]
    # d_radius[o] = 2*lens[camera[o], 1]*radius[o]
    d_radius = np.multiply(d_radius, radius, out=d_radius)
    # lens_read_2[o] = lens[camera[o], 0]
    lens_read_2 = _filled(lens[camera, 0], work.lens_read_2, (M,), dtype)
    # d_radius[o] = 2*lens[camera[o], 1]*radius[o] + lens[camera[o], 0]
    d_radius = np.add(d_radius, lens_read_2, out=d_radius)
    # d_radius[o] = d_bent[o]*(2*lens[camera[o], 1]*radius[o] + lens[camera[o], 0])
    d_radius = np.multiply(d_radius, d_bent, out=d_radius)
    # focal_read_2[o] = focal[camera[o]]
    focal_read_2 = np.take(focal, camera, axis=0, out=work.focal_read_2, mode="clip")
    # focal_read_2[o] = focal[camera[o]]*bent[o]
    focal_read_2 = np.multiply(bent, focal_read_2, out=focal_read_2)
    # d_flat[o, k] = d_place[o, k]*focal[camera[o]]*bent[o]
    d_flat = np.multiply(focal_read_2[:, None], d_place, out=work.d_flat)
    # product_d_flat[o] = 2*d_radius[o]
    product_d_flat = np.multiply(d_radius, 2.0, out=work.product_d_flat)
    # product_d_flat_2[o, k] = 2*flat[o, k]*d_radius[o]
    product_d_flat_2 = np.multiply(product_d_flat[:, None], flat, out=work.product_d_flat_2)
    # d_flat[o, k] = d_place[o, k]*focal[camera[o]]*bent[o] + 2*flat[o, k]*d_radius[o]
    d_flat = np.add(d_flat, product_d_flat_2, out=d_flat)
    d_seen = _reserved(work.d_seen, (M, 3), dtype)  # d_seen, part by part
    np.square(seen[:, 2], out=d_seen[:, 2])  # d_seen_view[o] = seen[o, 2]**2
    # sum_d_seen[o] = sum(k, d_flat[o, k]*seen[o, k])
    sum_d_seen = np.vecdot(d_flat, seen[:, : 2], out=work.sum_d_seen)
    # sum_d_seen[o] = -sum(k, d_flat[o, k]*seen[o, k])
    sum_d_seen = np.negative(sum_d_seen, out=sum_d_seen)
    # d_seen[o, 2] = -sum(k, d_flat[o, k]*seen[o, k])/seen[o, 2]**2
    np.divide(sum_d_seen, d_seen[:, 2], out=d_seen[:, 2])
    # d_seen[o, k] = d_flat[o, k]/seen[o, 2]
    np.divide(d_flat, seen[:, 2][:, None], out=d_seen[:, : 2])
    # d_turned[o, i] = where(greater_turns[o], d_seen[o, i], 0)
    d_turned = _masked(greater_turns[:, None], d_seen, work.d_turned, (M, 3), dtype)
    # negate_where_d_seen[o] = negate(greater_turns[o])
    negate_where_d_seen = np.logical_not(greater_turns, out=work.negate_where_d_seen)
    # where_d_seen[o, i] = where(negate(greater_turns[o]), d_seen[o, i], 0)
    where_d_seen = _masked(negate_where_d_seen[:, None], d_seen, work.where_d_seen, (M, 3), dtype)
    # ratio_d_cross[o, i] = d_turned[o, i]/angle[o]
    ratio_d_cross = np.divide(d_turned, angle[:, None], out=work.ratio_d_cross)
    # d_cross[o, i] = where(greater_turns[o], d_turned[o, i]/angle[o], 0)
    d_cross = _masked(greater_turns[:, None], ratio_d_cross, work.d_cross, (M, 3), dtype)
    # d_cross[o, i] = where(greater_turns[o], d_turned[o, i]/angle[o], 0)*sin_angle[o]
    d_cross = np.multiply(sin_angle[:, None], d_cross, out=d_cross)
    # d_cross[o, i] = where(greater_turns[o], d_turned[o, i]/angle[o], 0)*sin_angle[o] +
    #     where_d_seen[o, i]
    d_cross = np.add(d_cross, where_d_seen, out=d_cross)
    # square_where_angle[o] = angle[o]**2
    square_where_angle = np.square(angle, out=work.square_where_angle)
    # ratio_where_angle[o, i] = d_turned[o, i]/angle[o]**2
    ratio_where_angle = np.divide(d_turned, square_where_angle[:, None],
        out=work.ratio_where_angle)
    # where_angle[o, i] = where(greater_turns[o], d_turned[o, i]/angle[o]**2, 0)
    where_angle = _masked(greater_turns[:, None], ratio_where_angle, work.where_angle, (M, 3),
        dtype)
    d_along = np.subtract(1.0, cos_angle, out=work.d_along)  # d_along[o] = 1 - cos_angle[o]
    # sum_d_along[o] = sum(i, r[o, i]*where_angle[o, i])
    sum_d_along = np.vecdot(r, where_angle, out=work.sum_d_along)
    # d_along[o] = sum(i, r[o, i]*where_angle[o, i])*(1 - cos_angle[o])
    d_along = np.multiply(d_along, sum_d_along, out=d_along)
    # product_d_angle[o, i] = v[o, i]*sin_angle[o]
    product_d_angle = np.multiply(sin_angle[:, None], v, out=work.product_d_angle)
    square_d_angle = np.square(angle, out=work.square_d_angle)  # square_d_angle[o] = angle[o]**2
    # square_d_angle[o] = sin_angle[o]/angle[o]**2
    square_d_angle = np.divide(sin_angle, square_d_angle, out=square_d_angle)
    # product_d_angle_2[o, i] = cross[o, i]*sin_angle[o]/angle[o]**2
    product_d_angle_2 = np.multiply(square_d_angle[:, None], cross, out=work.product_d_angle_2)
    # product_d_angle[o, i] = v[o, i]*sin_angle[o] + cross[o, i]*sin_angle[o]/angle[o]**2
    product_d_angle = np.add(product_d_angle, product_d_angle_2, out=product_d_angle)
    # ratio_d_angle[o] = cos_angle[o]/angle[o]
    ratio_d_angle = np.divide(cos_angle, angle, out=work.ratio_d_angle)
    # product_d_angle_3[o, i] = cross[o, i]*cos_angle[o]/angle[o]
    product_d_angle_3 = np.multiply(ratio_d_angle[:, None], cross, out=work.product_d_angle_3)
    # product_d_angle_3[o, i] = cross[o, i]*cos_angle[o]/angle[o] - v[o, i]*sin_angle[o] - cross[o,
    #     i]*sin_angle[o]/angle[o]**2
    product_d_angle_3 = np.subtract(product_d_angle_3, product_d_angle, out=product_d_angle_3)
    # square_d_angle_2[o] = angle[o]**2
    square_d_angle_2 = np.square(angle, out=work.square_d_angle_2)
    # square_d_angle_2[o] = angle[o]**3
    square_d_angle_2 = np.multiply(square_d_angle_2, angle, out=square_d_angle_2)
    # square_d_angle_2[o] = angle[o]**3/2
    square_d_angle_2 = np.multiply(square_d_angle_2, 0.5, out=square_d_angle_2)
    # sum_d_angle[o] = 1 - cos_angle[o]
    sum_d_angle = np.subtract(1.0, cos_angle, out=work.sum_d_angle)
    # sum_d_angle[o] = along[o]*(1 - cos_angle[o])
    sum_d_angle = np.multiply(sum_d_angle, along, out=sum_d_angle)
    # sum_d_angle[o] = along[o]*(1 - cos_angle[o])/angle[o]**3
    sum_d_angle = np.divide(sum_d_angle, square_d_angle_2, out=sum_d_angle)
    # product_d_angle_4[o, i] = r[o, i]*along[o]*(1 - cos_angle[o])/angle[o]**3
    product_d_angle_4 = np.multiply(sum_d_angle[:, None], r, out=work.product_d_angle_4)
    # product_d_angle_3[o, i] = cross[o, i]*cos_angle[o]/angle[o] - v[o, i]*sin_angle[o] - 2*r[o,
    #     i]*along[o]*(1 - cos_angle[o])/angle[o]**3 - cross[o, i]*sin_angle[o]/angle[o]**2
    product_d_angle_3 = np.subtract(product_d_angle_3, product_d_angle_4, out=product_d_angle_3)
    # square_d_angle_3[o] = angle[o]**2
    square_d_angle_3 = np.square(angle, out=work.square_d_angle_3)
    # product_d_angle_5[o] = along[o]*sin_angle[o]
    product_d_angle_5 = np.multiply(along, sin_angle, out=work.product_d_angle_5)
    # product_d_angle_5[o] = along[o]*sin_angle[o]/angle[o]**2
    product_d_angle_5 = np.divide(product_d_angle_5, square_d_angle_3, out=product_d_angle_5)
    # product_d_angle_6[o, i] = r[o, i]*along[o]*sin_angle[o]/angle[o]**2
    product_d_angle_6 = np.multiply(product_d_angle_5[:, None], r, out=work.product_d_angle_6)
    # product_d_angle_3[o, i] = r[o, i]*along[o]*sin_angle[o]/angle[o]**2 - v[o, i]*sin_angle[o] -
    #     2*r[o, i]*along[o]*(1 - cos_angle[o])/angle[o]**3 - cross[o, i]*sin_angle[o]/angle[o]**2
    #     + cross[o, i]*cos_angle[o]/angle[o]
    product_d_angle_3 = np.add(product_d_angle_3, product_d_angle_6, out=product_d_angle_3)
    # product_d_angle_3[o, i] = d_turned[o, i]*(r[o, i]*along[o]*sin_angle[o]/angle[o]**2 - v[o,
    #     i]*sin_angle[o] - 2*r[o, i]*along[o]*(1 - cos_angle[o])/angle[o]**3 - cross[o,
    #     i]*sin_angle[o]/angle[o]**2 + cross[o, i]*cos_angle[o]/angle[o])
    product_d_angle_3 = np.multiply(product_d_angle_3, d_turned, out=product_d_angle_3)
    # where_d_angle[o, i] = where(greater_turns[o], d_turned[o, i]*(r[o,
    #     i]*along[o]*sin_angle[o]/angle[o]**2 - v[o, i]*sin_angle[o] - 2*r[o, i]*along[o]*(1 -
    #     cos_angle[o])/angle[o]**3 - cross[o, i]*sin_angle[o]/angle[o]**2 + cross[o,
    #     i]*cos_angle[o]/angle[o]), 0)
    where_d_angle = _masked(greater_turns[:, None], product_d_angle_3, work.where_d_angle, (M, 3),
        dtype)
    # d_angle[o] = sum(i, where(greater_turns[o], d_turned[o, i]*(r[o,
    #     i]*along[o]*sin_angle[o]/angle[o]**2 - v[o, i]*sin_angle[o] - 2*r[o, i]*along[o]*(1 -
    #     cos_angle[o])/angle[o]**3 - cross[o, i]*sin_angle[o]/angle[o]**2 + cross[o,
    #     i]*cos_angle[o]/angle[o]), 0))
    d_angle = np.dot(where_d_angle, ones_3, out=work.d_angle)
    # root_d_turns[o] = sqrt(where_turns[o])
    root_d_turns = np.sqrt(where_turns, out=work.root_d_turns)
    # root_d_turns[o] = d_angle[o]/sqrt(where_turns[o])
    root_d_turns = np.divide(d_angle, root_d_turns, out=root_d_turns)
    # d_turns[o] = where(greater_turns[o], d_angle[o]/sqrt(where_turns[o]), 0)
    d_turns = _masked(greater_turns, root_d_turns, work.d_turns, (M,), dtype)
    # d_turns[o] = where(greater_turns[o], d_angle[o]/sqrt(where_turns[o]), 0)/2
    d_turns = np.multiply(d_turns, 0.5, out=d_turns)
    d_r = np.multiply(d_along[:, None], v, out=work.d_r)  # d_r[o, i] = v[o, i]*d_along[o]
    product_d_r = np.multiply(d_turns, 2.0, out=work.product_d_r)  # product_d_r[o] = 2*d_turns[o]
    # product_d_r_2[o, i] = 2*r[o, i]*d_turns[o]
    product_d_r_2 = np.multiply(product_d_r[:, None], r, out=work.product_d_r_2)
    # d_r[o, i] = v[o, i]*d_along[o] + 2*r[o, i]*d_turns[o]
    d_r = np.add(d_r, product_d_r_2, out=d_r)
    sum_d_r = np.subtract(1.0, cos_angle, out=work.sum_d_r)  # sum_d_r[o] = 1 - cos_angle[o]
    sum_d_r = np.multiply(sum_d_r, along, out=sum_d_r)  # sum_d_r[o] = along[o]*(1 - cos_angle[o])
    # product_d_r_3[o, i] = along[o]*(1 - cos_angle[o])*where_angle[o, i]
    product_d_r_3 = np.multiply(sum_d_r[:, None], where_angle, out=work.product_d_r_3)
    # d_r[o, i] = v[o, i]*d_along[o] + 2*r[o, i]*d_turns[o] + along[o]*(1 -
    #     cos_angle[o])*where_angle[o, i]
    d_r = np.add(d_r, product_d_r_3, out=d_r)
    # product_d_r_4[o] = d_cross[o, 2]*v[o, 1]
    product_d_r_4 = np.multiply(d_cross[:, 2], v[:, 1], out=work.product_d_r_4)
    d_r[:, 0] += product_d_r_4  # d_r[o, 0] += d_cross[o, 2]*v[o, 1]
    # product_d_r_5[o] = -d_cross[o, 2]
    product_d_r_5 = np.negative(d_cross[:, 2], out=work.product_d_r_5)
    # product_d_r_5[o] = -d_cross[o, 2]*v[o, 0]
    product_d_r_5 = np.multiply(product_d_r_5, v[:, 0], out=product_d_r_5)
    d_r[:, 1] += product_d_r_5  # d_r[o, 1] += -d_cross[o, 2]*v[o, 0]
    # product_d_r_6[o] = d_cross[o, 1]*v[o, 0]
    product_d_r_6 = np.multiply(d_cross[:, 1], v[:, 0], out=work.product_d_r_6)
    d_r[:, 2] += product_d_r_6  # d_r[o, 2] += d_cross[o, 1]*v[o, 0]
    # product_d_r_7[o] = -d_cross[o, 1]
    product_d_r_7 = np.negative(d_cross[:, 1], out=work.product_d_r_7)
    # product_d_r_7[o] = -d_cross[o, 1]*v[o, 2]
    product_d_r_7 = np.multiply(product_d_r_7, v[:, 2], out=product_d_r_7)
    d_r[:, 0] += product_d_r_7  # d_r[o, 0] += -d_cross[o, 1]*v[o, 2]
    # product_d_r_8[o] = d_cross[o, 0]*v[o, 2]
    product_d_r_8 = np.multiply(d_cross[:, 0], v[:, 2], out=work.product_d_r_8)
    d_r[:, 1] += product_d_r_8  # d_r[o, 1] += d_cross[o, 0]*v[o, 2]
    # product_d_r_9[o] = -d_cross[o, 0]
    product_d_r_9 = np.negative(d_cross[:, 0], out=work.product_d_r_9)
    # product_d_r_9[o] = -d_cross[o, 0]*v[o, 1]
    product_d_r_9 = np.multiply(product_d_r_9, v[:, 1], out=product_d_r_9)
    d_r[:, 2] += product_d_r_9  # d_r[o, 2] += -d_cross[o, 0]*v[o, 1]
    d_turn = np.zeros((4, 3), dtype)  # d_turn = 0
    _add_rows(d_turn, camera, d_r)  # d_turn[camera[o], i] += d_r[o, i]
    d_v = np.multiply(d_along[:, None], r, out=work.d_v)  # d_v[o, i] = r[o, i]*d_along[o]
    d_v = np.add(d_v, where_d_seen, out=d_v)  # d_v[o, i] = r[o, i]*d_along[o] + where_d_seen[o, i]
    # product_d_v[o, i] = d_turned[o, i]*cos_angle[o]
    product_d_v = np.multiply(cos_angle[:, None], d_turned, out=work.product_d_v)
    # d_v[o, i] = d_turned[o, i]*cos_angle[o] + r[o, i]*d_along[o] + where_d_seen[o, i]
    d_v = np.add(d_v, product_d_v, out=d_v)
    # product_d_v_2[o] = d_cross[o, 2]*r[o, 0]
    product_d_v_2 = np.multiply(d_cross[:, 2], r[:, 0], out=work.product_d_v_2)
    d_v[:, 1] += product_d_v_2  # d_v[o, 1] += d_cross[o, 2]*r[o, 0]
    # product_d_v_3[o] = -d_cross[o, 2]
    product_d_v_3 = np.negative(d_cross[:, 2], out=work.product_d_v_3)
    # product_d_v_3[o] = -d_cross[o, 2]*r[o, 1]
    product_d_v_3 = np.multiply(product_d_v_3, r[:, 1], out=product_d_v_3)
    d_v[:, 0] += product_d_v_3  # d_v[o, 0] += -d_cross[o, 2]*r[o, 1]
    # product_d_v_4[o] = d_cross[o, 1]*r[o, 2]
    product_d_v_4 = np.multiply(d_cross[:, 1], r[:, 2], out=work.product_d_v_4)
    d_v[:, 0] += product_d_v_4  # d_v[o, 0] += d_cross[o, 1]*r[o, 2]
    # product_d_v_5[o] = -d_cross[o, 1]
    product_d_v_5 = np.negative(d_cross[:, 1], out=work.product_d_v_5)
    # product_d_v_5[o] = -d_cross[o, 1]*r[o, 0]
    product_d_v_5 = np.multiply(product_d_v_5, r[:, 0], out=product_d_v_5)
    d_v[:, 2] += product_d_v_5  # d_v[o, 2] += -d_cross[o, 1]*r[o, 0]
    # product_d_v_6[o] = d_cross[o, 0]*r[o, 1]
    product_d_v_6 = np.multiply(d_cross[:, 0], r[:, 1], out=work.product_d_v_6)
    d_v[:, 2] += product_d_v_6  # d_v[o, 2] += d_cross[o, 0]*r[o, 1]
    # product_d_v_7[o] = -d_cross[o, 0]
    product_d_v_7 = np.negative(d_cross[:, 0], out=work.product_d_v_7)
    # product_d_v_7[o] = -d_cross[o, 0]*r[o, 2]
    product_d_v_7 = np.multiply(product_d_v_7, r[:, 2], out=product_d_v_7)
    d_v[:, 1] += product_d_v_7  # d_v[o, 1] += -d_cross[o, 0]*r[o, 2]
    d_centre = np.zeros((4, 3), dtype)  # d_centre = 0
    # product_d_centre[o, i] = -d_v[o, i]
    product_d_centre = np.negative(d_v, out=work.product_d_centre)
    _add_rows(d_centre, camera, product_d_centre)  # d_centre[camera[o], i] += -d_v[o, i]
    d_X = np.zeros((20, 3), dtype)  # d_X = 0
    _add_rows(d_X, point, d_v)  # d_X[point[o], i] += d_v[o, i]
    d_lens = np.zeros((4, 2), dtype)  # d_lens = 0
    square_d_lens = np.square(radius, out=work.square_d_lens)  # square_d_lens[o] = radius[o]**2
    # square_d_lens[o] = d_bent[o]*radius[o]**2
    square_d_lens = np.multiply(square_d_lens, d_bent, out=square_d_lens)
    np.add.at(d_lens, (camera, 1), square_d_lens)  # d_lens[camera[o], 1] += d_bent[o]*radius[o]**2
    # product_d_lens[o] = d_bent[o]*radius[o]
    product_d_lens = np.multiply(d_bent, radius, out=work.product_d_lens)
    np.add.at(d_lens, (camera, 0), product_d_lens)  # d_lens[camera[o], 0] += d_bent[o]*radius[o]
    grads = {
        "turn": d_turn,
        "centre": d_centre,
        "focal": d_focal,
        "middle": d_middle,
        "lens": d_lens,
        "X": d_X,
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


def value_and_flat_grad(vector, camera, point, weight, measured):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), camera, point, weight, measured))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, camera, point, weight, measured,
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
        (camera, point, weight, measured),
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


def _integers(name, value, shape, limit):
    """The argument as integers from 0 to below ``limit``; raises TypeError or ValueError."""
    array = _array(name, value)
    if limit is not None and array.shape == (*shape, limit):
        raise ValueError(
            f"{name} has shape {array.shape}, expected {shape}; if it is one-hot, "
            f"pass {_written(name, value)}.argmax(-1)"
        )
    if array.dtype.kind not in "iu" and array.size:
        raise TypeError(
            f"{name} holds {array.dtype}, expected integers; if all are whole, "
            f"pass {_written(name, value)}.astype(np.int64)"
        )
    if array.shape != shape:
        raise _misshapen(name, value, shape)
    indices = np.ascontiguousarray(array, np.intp).reshape(shape)
    if limit is not None and indices.size and indices.view(np.uintp).max() >= limit:
        low, high = array.min(), array.max()
        mend = "; a negative one does not count from the end" if low < 0 else ""
        if (low, high) == (1, limit):
            mend = f"; if they count from one, pass {_written(name, value)} - 1"
        raise ValueError(
            f"{name} holds values from {low} to {high}, expected 0 to {limit - 1}{mend}"
        )
    return indices


def _length(name, value, shape, axis):
    """The extent that an argument binds."""
    found = _array(name, value).shape
    if len(found) != len(shape):
        raise _misshapen(name, value, shape)
    return found[axis]


def _filled(value, out, shape, dtype):
    """A copy of ``value``, broadcast to ``shape``."""
    if out is None:
        out = np.empty(shape, dtype)
    np.copyto(out, value)
    return out


def _chosen(condition, then, otherwise, out, shape, dtype):
    """``then`` where the condition holds, else ``otherwise``."""
    if out is None:
        out = np.empty(shape, dtype)
    np.copyto(out, otherwise)
    np.copyto(out, then, where=condition)
    return out


def _masked(condition, value, out, shape, dtype):
    """``value`` where the condition holds, else zero, whatever stands there; by its bits."""
    if out is None:
        out = np.empty(shape, dtype)
    bits = out.view(f"i{out.itemsize}")
    np.multiply(condition, -1, out=bits, dtype=bits.dtype)
    np.bitwise_and(bits, np.asarray(value, dtype).view(bits.dtype), out=bits)
    return out


def _reserved(out, shape, dtype):
    """An array for parts that are written one after another."""
    return np.empty(shape, dtype) if out is None else out


def _add_rows(table, index, rows):
    """Add each row to the row of the table that its index names; equal indices add up.

    Element by element in one dimension, where ``add.at`` is several times faster than by rows.
    """
    if table.flags.c_contiguous:
        width = table[:1].size
        index = (index.reshape(-1, 1) * width + np.arange(width)).ravel()
        table = table.reshape(-1)
    np.add.at(table, index, rows.reshape(index.shape + table.shape[1:]))


# From the equations, in 30 digits: the loss at a point, and for each parameter the sum of its
# gradient times the point's direction.
_POINT = (0, "any")
_LOSS = 102261542.382
_SLOPES = {
    "turn": 4684542609.47,
    "centre": 21603765783.6,
    "focal": 23473733.5166,
    "middle": -8389.27431344,
    "lens": -76366466.9719,
    "X": 27463381364.3,
}


def check(seed=0):
    """The largest relative disagreement of the gradients, in float64, with what they should be.

    That is what the equations say, and what differences of the loss are along one direction in one
    parameter at a time.
    """
    return max(_disagreements(seed).values(), default=0.0)


def _disagreements(seed):
    """By what is compared; the numbers look random and are the same on every machine."""
    found = {}
    params, args, ways = _point(*_POINT)
    value, grads = value_and_grad(params, *args)
    found["loss"] = abs(value - _LOSS) / max(abs(_LOSS), 1e-300)
    for name, grad in grads.items():
        products = grad * ways[name]
        # What rounding leaves of a sum, or of a gradient that is zero, is no slope.
        least = max(abs(_SLOPES[name]), 1e-3 * np.sum(np.abs(products)), 1e-9 * abs(_LOSS), 1e-300)
        found[f"gradient by {name}"] = abs(np.sum(products) - _SLOPES[name]) / least
    for signs in ("any", "positive data", "positive"):
        params, args, ways = _point(_POINT[0] + seed, signs)
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
    extents = {"M": 3}
    limits = {"camera": 4, "point": 20}
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
