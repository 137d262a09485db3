# views of the parameters: a column of one array, a cell of another, changed in place
import numpy as np

np.random.seed(64)
X = np.random.randn(7, 3)
Y = np.random.randn(7, 2)
W = np.random.randn(3, 2)
B = np.zeros((2, 1))
for it in range(9):
    for k in range(2):
        column = W[:, k]
        err = X.dot(column) + B[k, 0] - Y[:, k]
        column -= 0.1 * X.T.dot(err) / 7
        B[k, 0] -= 0.1 * np.mean(err)
print(W, B)
