package typeerror

func Broken() int { return "text" }
