package bridge

import (
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// ABIVersion is the version of docs/abi.md that this package implements.
const ABIVersion = 0

// The results of Initialize.
const (
	Ready           = 0
	UnsupportedABI  = 1
	DifferentDigest = 2
)

// Initialize prepares the library for calls by a host of the given ABI version
// that knows it by the given digest. The environment is the host's, as
// SetEnvironment takes it.
func Initialize(abiVersion uint32, digest uint64, environment []byte) int32 {
	if abiVersion != ABIVersion {
		return UnsupportedABI
	}
	if digest != library.Digest {
		return DifferentDigest
	}
	// Unless the signal is ignored, Go kills the process when a write to a
	// closed standard output fails. The host gets the error instead.
	signal.Ignore(syscall.SIGPIPE)
	setEnvironment(environment)
	return Ready
}

// setEnvironment makes the environment what is given: entries K=V, each ended
// by a NUL. Variables that are right already aren't touched, because setting
// one changes the C library's environment too, which other threads may read.
func setEnvironment(environment []byte) {
	wanted := make(map[string]bool)
	for entry := range strings.SplitSeq(string(environment), "\x00") {
		// A name may begin with "=" on Windows.
		at := strings.Index(entry[min(1, len(entry)):], "=")
		if at < 0 {
			continue
		}
		name, value := entry[:at+1], entry[at+2:]
		wanted[name] = true
		if found, ok := os.LookupEnv(name); !ok || found != value {
			// A name that can't be set is one that the host can't have either.
			_ = os.Setenv(name, value)
		}
	}
	for _, entry := range os.Environ() {
		at := strings.Index(entry[min(1, len(entry)):], "=")
		if at >= 0 && !wanted[entry[:at+1]] {
			_ = os.Unsetenv(entry[:at+1])
		}
	}
}
