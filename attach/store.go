package attach

import "github.com/watertight-go/watertight/internal/stored"

// ErrOther says that a file is no result of stress attach, but may be another one.
var ErrOther = stored.ErrOther

// Load reads a Result that was stored as JSON. It refuses other files with ErrOther.
func Load(file string) (Result, error) {
	var r Result
	if err := stored.Read(file, Schema, "stress attach", &r); err != nil {
		return Result{}, err
	}
	return r, nil
}
