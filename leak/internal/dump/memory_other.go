//go:build !linux && !darwin

package dump

func obtain(int) []byte { return nil }

func release([]byte) {}
