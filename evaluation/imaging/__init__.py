"""From an image file to a model's input: decode, detect, align, tensor.

Images are uint8, shape (height, width, 3), RGB. Points are (x, y) in pixels, the
centre of the first pixel at (0, 0). Five landmarks are always in the order
image-left eye, image-right eye, nose, image-left and image-right mouth corner.
"""
