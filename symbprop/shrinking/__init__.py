"""From a program that fails to the smallest that fails: what is left shows what is wrong."""
