package leak_test

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// planted is a goroutine that is left behind on purpose, with the means to end
// it after the search. Those that nothing can end stay; their states are of the
// kind that costs nothing.
type planted struct {
	release func()
}

// reachable are channels that stay alive, so that what waits on them is not provable. It
// grows as needed: each heap dump of a test holds all of it.
var reachable struct {
	sync.Mutex
	channels []chan int
}

func leakNilChannel(*testing.T) planted {
	started := make(chan bool)
	go func() {
		var none chan int
		close(started)
		<-none
	}()
	<-started
	return planted{release: func() {}}
}

func leakEmptySelect(*testing.T) planted {
	go func() { select {} }()
	return planted{release: func() {}}
}

//go:noinline
func leakDropped(*testing.T) planted {
	go func(dropped chan int) { <-dropped }(make(chan int))
	return planted{release: func() {}}
}

func leakSend(*testing.T) planted {
	held := make(chan int)
	reachable.Lock()
	reachable.channels = append(reachable.channels, held)
	reachable.Unlock()
	go func() { held <- 1 }()
	return planted{release: func() { <-held }}
}

func leakSleep(*testing.T) planted {
	var stop atomic.Bool
	go func() {
		for !stop.Load() {
			time.Sleep(time.Millisecond)
		}
	}()
	return planted{release: func() { stop.Store(true) }}
}

func leakRead(t *testing.T) planted {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	client, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	server, err := listener.Accept()
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	go io.Copy(io.Discard, client)
	return planted{release: func() { server.Close() }}
}

func leakBusy(*testing.T) planted {
	var stop atomic.Bool
	go func() {
		for !stop.Load() {
		}
	}()
	return planted{release: func() { stop.Store(true) }}
}
