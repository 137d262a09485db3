# a whole number at first, which each pass makes a fraction
def slope(x):
    return 4 * x ** 3 - 9 * x ** 2

x = 6
for i in range(9):
    x = x - 0.01 * slope(x)
    print(x)
