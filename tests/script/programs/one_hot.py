import numpy as np

np.random.seed(22)
X = np.random.randn(9, 4)
labels = np.random.randint(0, 3, size=9)
one_hot = np.zeros((labels.size, 3))
one_hot[np.arange(labels.size), labels] = 1
W = np.random.randn(4, 3) * 0.1
b = np.zeros(3)
for step in range(10):
    logits = X @ W + b
    logits = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.sum(one_hot * np.log(p), axis=1))
    dlogits = (p - one_hot) / len(X)
    dW = X.T @ dlogits
    db = dlogits.sum(axis=0)
    W = W - 0.5 * dW
    b = b - 0.5 * db
    accuracy = np.mean(np.argmax(p, axis=1) == labels)
    print(f"step {step}: loss {loss:.3f}, accuracy {accuracy:.2f}")
