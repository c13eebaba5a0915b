// Writes the profiles of this folder: a goroutine and a heap profile of a program
// that left as many goroutines in stuck, and as many blocks of 4 KiB, as its first
// argument says. For each version, in a module of its own that says go 1.24:
//
//	GOTOOLCHAIN=go1.24.13 go run -trimpath . 30 ../go1.24
//	GOTOOLCHAIN=go1.25.7 go run -trimpath . 40 ../go1.25
//	GOTOOLCHAIN=go1.26.8 go run -trimpath . 50 ../go1.26
//	GOTOOLCHAIN=go1.27.4 go run -trimpath . 60 ../go1.27
package main

import (
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
)

var kept [][]byte

//go:noinline
func stuck(release chan int) { <-release }

//go:noinline
func hold(n int) { kept = append(kept, make([]byte, n)) }

func main() {
	runtime.MemProfileRate = 1
	n, _ := strconv.Atoi(os.Args[1])
	release := make(chan int)
	for i := 0; i < n; i++ {
		go stuck(release)
		hold(4096)
	}
	for i := 0; i < 100; i++ {
		runtime.Gosched()
	}
	for _, kind := range []string{"goroutine", "heap"} {
		runtime.GC()
		f, err := os.Create(os.Args[2] + "-" + kind + ".pb.gz")
		if err != nil {
			panic(err)
		}
		if err := pprof.Lookup(kind).WriteTo(f, 0); err != nil {
			panic(err)
		}
		if err := f.Close(); err != nil {
			panic(err)
		}
	}
	runtime.KeepAlive(kept)
}
