import numpy as np
from mynet.layers import Linear, Sigmoid
from losses import mse, mse_gradient
import data_helper as helper

X, y = helper.load()
l1, act, l2 = Linear(2, 3, seed=1), Sigmoid(), Linear(3, 1, seed=2)
for epoch in range(12):
    out = l2.forward(act.forward(l1.forward(X)))
    loss = mse(out, y)
    grad = mse_gradient(out, y)
    grad = l1.backward(act.backward(l2.backward(grad)))
    for layer in (l1, l2):
        layer.step(0.1)
    print(loss)
