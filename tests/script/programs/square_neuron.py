x, y = 0.7, 0.2
w, b = 0.5, 0.1
lr = 0.1
for i in range(20):
    z = w * x + b
    a = z * z
    loss = (a - y) ** 2
    da = 2 * (a - y)
    dz = da * 2 * z
    dw = dz * x
    db = dz
    w -= lr * dw
    b -= lr * db
