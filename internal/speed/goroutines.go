package main

import "sync"

// held keeps channels reachable until the process ends.
var held []chan int

// startProvable starts goroutines that nothing can wake.
func startProvable(n int) {
	startBlocked(n, func(int) chan int { return make(chan int) })
}

// startReachable starts goroutines that reachable code could wake.
func startReachable(n int) {
	startBlocked(n, func(int) chan int {
		c := make(chan int)
		held = append(held, c)
		return c
	})
}

// startChain starts goroutines that each hold the channel on which the next one
// waits. The first channel is reachable. A garbage collector that looks for
// proof finds one more of them alive in each round of marking.
func startChain(n int) {
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

// startBlocked starts goroutines that each receive from a channel, and returns
// when all of them run.
func startBlocked(n int, channel func(int) chan int) {
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

// runOne starts a goroutine and waits until it has ended.
func runOne() { runMany(1) }

// runHundred starts a hundred goroutines and waits until they have ended.
func runHundred() { runMany(100) }

func runMany(n int) {
	var done sync.WaitGroup
	for range n {
		done.Go(func() {})
	}
	done.Wait()
}
