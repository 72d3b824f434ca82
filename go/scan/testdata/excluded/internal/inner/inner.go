package inner

// One is one.
const One = 1
