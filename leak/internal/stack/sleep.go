package stack

import (
	"bytes"
	"strconv"
	"time"
)

// Sleep is the argument of time.Sleep in the body of a goroutine that sleeps: how long it
// sleeps in all. It is zero where the body does not say so; a "?" marks an argument that
// the runtime is not sure of.
func Sleep(body []byte) time.Duration {
	_, rest, ok := bytes.Cut(body, []byte("time.Sleep(0x"))
	if !ok {
		return 0
	}
	digits, _, ok := bytes.Cut(rest, []byte(")"))
	if !ok || len(digits) > 16 {
		return 0
	}
	n, err := strconv.ParseInt(string(digits), 16, 64)
	if err != nil {
		return 0
	}
	return time.Duration(n)
}
