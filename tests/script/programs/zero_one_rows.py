# the same 0 and 1 at several places of a row: in other rows they differ
weights = [[0.3, -0.2, 0.5], [0.1, 0.4, -0.6]]
rows = [([0, 0, 1], 1), ([0, 1, 1], 0), ([1, 0, 1], 1), ([1, 1, 0], 0)]
for epoch in range(3):
    for inputs, expected in rows:
        for row in weights:
            output = sum([weight * data for weight, data in zip(row, inputs)])
            error = output - expected
            for j in range(3):
                row[j] -= 0.05 * error * inputs[j]
print(weights)
