package plural

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCount(t *testing.T) {
	for _, c := range []struct {
		n          int
		noun, want string
	}{
		{0, "goroutine", "0 goroutines"},
		{1, "goroutine", "1 goroutine"},
		{2, "goroutine", "2 goroutines"},
		{-1, "descriptor", "-1 descriptors"},
		{1, "blocked goroutine", "1 blocked goroutine"},
		{500, "blocked goroutine", "500 blocked goroutines"},
		{2, "process", "2 processes"},
		{2, "box", "2 boxes"},
		{2, "match", "2 matches"},
		{2, "response body", "2 response bodies"},
		{2, "day", "2 days"},
		{2, "y", "2 ys"},
	} {
		require.Equal(t, c.want, Count(c.n, c.noun))
	}
}

func TestForm(t *testing.T) {
	require.Equal(t, "are", Form(0, "is", "are"))
	require.Equal(t, "is", Form(1, "is", "are"))
	require.Equal(t, "are", Form(7, "is", "are"))
}
