package main

import "sync"

// held keeps channels reachable.
var held []chan int

// plantProvable starts goroutines that nothing can wake.
func plantProvable(n int) {
	plant(n, func(int) chan int { return make(chan int) })
}

// plantReachable starts goroutines that somebody could still wake.
func plantReachable(n int) {
	plant(n, func(int) chan int {
		c := make(chan int)
		held = append(held, c)
		return c
	})
}

// plantChain starts goroutines that each hold the channel on which the next one
// waits, with the first channel reachable: whoever looks for proof finds one
// more of them alive in each round of marking.
func plantChain(n int) {
	var started sync.WaitGroup
	started.Add(n)
	here := make(chan int)
	held = append(held, here)
	for range n {
		next := make(chan int)
		go func(here, next chan int) {
			started.Done()
			<-here
			close(next)
		}(here, next)
		here = next
	}
	started.Wait()
}

func plant(n int, channel func(int) chan int) {
	var started sync.WaitGroup
	started.Add(n)
	for i := range n {
		go func(c chan int) {
			started.Done()
			<-c
		}(channel(i))
	}
	started.Wait()
}

// startOne starts a goroutine and waits until it has done its work.
func startOne() { crowd(1) }

// startMany is startOne with a hundred of them.
func startMany() { crowd(100) }

func crowd(n int) {
	var done sync.WaitGroup
	for range n {
		done.Go(func() {})
	}
	done.Wait()
}
