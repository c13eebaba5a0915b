package terminal

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Only whole lines are shown, each in place of the one before.
func TestRewriter(t *testing.T) {
	var out bytes.Buffer
	r := &Rewriter{w: &out, columns: 6}
	fmt.Fprint(r, "a\nb")
	fmt.Fprint(r, "c\nlonger than that\n")
	r.Clear()
	require.Equal(t, "\r\033[Ka\r\033[Klonge\r\033[K", out.String())
	var plain bytes.Buffer
	w, clear := NewRewriter(&plain)
	fmt.Fprint(w, "a\n")
	clear()
	require.Equal(t, "a\n", plain.String())
}
