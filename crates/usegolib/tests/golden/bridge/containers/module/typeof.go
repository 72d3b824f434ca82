package containers

import "fmt"

func typeOf(v any) string { return fmt.Sprintf("%T %v", v, v) }
