package frames

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/profiles"
)

var (
	park  = profiles.Frame{Function: "runtime.gopark", File: "/go/src/runtime/proc.go", Line: 3}
	sends = profiles.Frame{Function: "runtime.chansend1", File: "/go/src/runtime/chan.go", Line: 3}
	waits = profiles.Frame{Function: "runtime.netpollblock", File: "/go/src/runtime/netpoll.go", Line: 3}
	inner = profiles.Frame{Function: "example.com/shop/cart.send", File: "/srv/cart/send.go", Line: 9}
	outer = profiles.Frame{Function: "example.com/shop/cart.(*Cart).watch.func1", File: "/srv/cart/cart.go", Line: 31}
)

func TestNames(t *testing.T) {
	require.Equal(t, "cart.(*Cart).watch.func1", Function(outer.Function))
	require.Equal(t, "shop.Map[example.com/x.T]", Function("example.com/shop.Map[example.com/x.T]"))
	require.Equal(t, "cart.send, runtime.gopark", Functions([]string{inner.Function, park.Function}))
	require.Equal(t, "cart.send cart/send.go:9", Call(inner))
	require.Equal(t, `x.\x1b an unknown place`, Call(profiles.Frame{Function: "x.\x1b"}))
}

func TestWaits(t *testing.T) {
	for _, c := range []struct {
		stack []profiles.Frame
		want  string
	}{
		{[]profiles.Frame{park, sends, inner, outer}, "cart.send cart/send.go:9"},
		{[]profiles.Frame{park, sends, outer}, "a send on a channel"},
		{[]profiles.Frame{park, waits, outer}, "runtime.netpollblock"},
		{[]profiles.Frame{park, park}, "runtime.gopark"},
		{[]profiles.Frame{outer}, ""},
		{nil, ""},
	} {
		require.Equal(t, c.want, Waits(c.stack, outer.Function, outer.Line))
	}
	require.Empty(t, Allocates([]profiles.Frame{sends, outer}, outer.Function, outer.Line))
	require.Equal(t, "cart.send cart/send.go:9", Allocates([]profiles.Frame{sends, inner, outer}, outer.Function, outer.Line))
}

func TestLines(t *testing.T) {
	require.Equal(t, []string{"example.com/shop/cart.send /srv/cart/send.go:9"}, Lines([]profiles.Frame{inner}))
	long := Lines(make([]profiles.Frame, 50))
	require.Len(t, long, 41)
	require.Equal(t, "... and 10 more", long[40])
}
