package buildtags

func Everywhere() int { return 1 }
