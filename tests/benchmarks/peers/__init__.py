"""The stacks people would pick instead, each as a good engineer of it writes it: same data, same content."""
