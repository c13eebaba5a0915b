package load

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// How the bytes of a stream arrive does not change what is read.
func FuzzReadEvents(f *testing.F) {
	f.Add("data: 1\n\n: ping\n\ndata: 2\r\n\r\n", 2)
	f.Add("data\n\n\n\n", 1)
	f.Add(strings.Repeat("x", 5000)+"\n\n", 1)
	f.Fuzz(func(t *testing.T, stream string, want int) {
		whole := readEvents(strings.NewReader(stream), want)
		bytewise := readEvents(iotest.OneByteReader(strings.NewReader(stream)), want)
		if !errors.Is(whole, bytewise) || !errors.Is(bytewise, whole) {
			t.Errorf("got %v of the whole, %v byte by byte", whole, bytewise)
		}
		if whole != nil && !errors.Is(whole, errEnough) {
			t.Errorf("got %v, want nil or %v", whole, errEnough)
		}
		if n := strings.Count(stream, "data"); n < want && whole != nil {
			t.Errorf("got %d events, but data is there %d times", want, n)
		}
	})
}

// Whole messages are counted; anything else is an error in words, and reads no further than
// the answer.
func FuzzReadMessages(f *testing.F) {
	f.Add(frame("hello") + frame(""))
	f.Add("\x00\xff\xff\xff\xff")
	f.Add(frame("hello")[:7])
	f.Fuzz(func(t *testing.T, answer string) {
		n, err := readMessages(strings.NewReader(answer))
		var inWords grpcError
		if err != nil && !errors.As(err, &inWords) {
			t.Errorf("got %v, want an error in words", err)
		}
		more, err2 := readMessages(io.MultiReader(strings.NewReader(frame("x")), strings.NewReader(answer)))
		if more != n+1 || (err == nil) != (err2 == nil) {
			t.Errorf("got %d (%v) and with one more %d (%v)", n, err, more, err2)
		}
	})
}
