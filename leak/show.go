package leak

import (
	"os"
	"strings"
)

// showLabels makes the runtime print labels in dumps until the returned function
// is called, where it does not do so already. withLabels does the same for one
// dump, but each time that a variable is set and unset package syscall keeps a
// slot of its list of variables, which rounds would see as a leak.
func showLabels() (restore func()) {
	labelsMu.Lock()
	defer labelsMu.Unlock()
	if labelsShown() {
		return func() {}
	}
	before, had := os.LookupEnv(debugVar)
	if os.Setenv(debugVar, strings.TrimPrefix(before+",tracebacklabels=1", ",")) != nil {
		return func() {}
	}
	return func() {
		labelsMu.Lock()
		defer labelsMu.Unlock()
		if had {
			os.Setenv(debugVar, before)
		} else {
			os.Unsetenv(debugVar)
		}
	}
}
