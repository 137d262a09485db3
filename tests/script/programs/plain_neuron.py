# a single neuron, no numpy at all
import math

x = 1.5
target = 0.8
weight = 0.3
bias = -0.1
learning_rate = 0.4

def sigmoid(z):
    return 1 / (1 + math.exp(-z))

for i in range(25):
    z = weight * x + bias
    prediction = sigmoid(z)
    error = 0.5 * (prediction - target) ** 2
    d_prediction = prediction - target
    d_z = d_prediction * prediction * (1 - prediction)
    d_weight = d_z * x
    d_bias = d_z
    weight = weight - learning_rate * d_weight
    bias = bias - learning_rate * d_bias
    print(i, error)
