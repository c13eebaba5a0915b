package host

import (
	"os"
)

// Main does what this process was started for, and returns its exit code. It returns false
// where it is no supervisor. A program that calls Start or Build calls it first thing.
func Main() (code int, ok bool) {
	if os.Getenv(variable) == "" {
		return 0, false
	}
	os.Unsetenv(variable)
	return supervise(), true
}
