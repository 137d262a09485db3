import numpy as np

def mse(out, y):
    return np.mean((out - y) ** 2)

def mse_gradient(out, y):
    return 2 * (out - y) / out.size
