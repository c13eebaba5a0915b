// Package trial makes watches of services that do not exist: counts of goroutines as a
// poller would see them, of innocent services and of leaking ones. It says how often
// package floors is right. It uses no clock and no network.
package trial

import (
	"math"
	"math/rand/v2"
	"sort"
	"time"

	"github.com/watertight-go/watertight/attach/internal/floors"
)

// Kind is a kind of service. Make gives one watch of it.
type Kind struct {
	Name string
	// Guilty: the service leaks.
	Guilty bool
	// Most is the largest share of watches that may be called a leak, for innocent kinds.
	Most float64
	Make func(r *rand.Rand, d, every time.Duration) floors.Series
}

// Kinds are innocent services, then leaking ones.
func Kinds() []Kind {
	return append([]Kind{
		{"busy handlers, 50 in flight", false, 0.01, steady(10, 5)},
		{"handlers at 40 a second", false, 0.01, steady(40, 1)},
		{"long polls of a minute", false, 0.01, longPolls},
		{"one worker at 90 % load", false, 0.01, oneWorker(0.9)},
		{"one worker at 98 % load", false, 0.05, oneWorker(0.98)},
		{"bursts of a job each minute", false, 0.01, bursts},
		{"a pool that warms up", false, 0.05, warmUp},
		{"a queue that fills, calls of 1 min", false, 0.05, filling(60)},
		{"a queue that fills, calls of 3 min", false, 0.05, filling(180)},
		{"a cache that fills", false, 0.05, cache},
		{"load that follows the hours, with counter", false, 0.05, hours},
		{"restarts of what it talks to", false, 0.01, reconnects},
	}, leaks()...)
}

func leaks() []Kind {
	return []Kind{
		{"1 a request at 10 a second", true, 0, leaking(10, 10, 2, 0)},
		{"1 in 50 requests at 50 a second", true, 0, leaking(1, 50, 0.2, 0)},
		{"0.2 a second", true, 0, leaking(0.2, 10, 2, 0)},
		{"0.2 a second from the first hour on", true, 0, leaking(0.2, 10, 2, 720)},
	}
}

// count samples how many of the stays are there at each poll.
func count(stays [][2]float64, d, every time.Duration) []floors.Sample {
	var steps []float64
	var ends []float64
	for _, s := range stays {
		steps, ends = append(steps, s[0]), append(ends, s[1])
	}
	sort.Float64s(steps)
	sort.Float64s(ends)
	var out []floors.Sample
	for at := time.Duration(0); at <= d; at += every {
		t := at.Seconds()
		n := sort.SearchFloat64s(steps, t+1e-9) - sort.SearchFloat64s(ends, t+1e-9)
		out = append(out, floors.Sample{At: at, Value: float64(n)})
	}
	return out
}

// arrivals are the times of a process of Poisson's between two times.
func arrivals(r *rand.Rand, rate, from, to float64) (times []float64) {
	for t := from + r.ExpFloat64()/rate; t < to; t += r.ExpFloat64() / rate {
		times = append(times, t)
	}
	return times
}

// stays are calls that take on average mean seconds.
func stays(r *rand.Rand, rate, mean, from, to float64) (all [][2]float64) {
	for _, t := range arrivals(r, rate, from, to) {
		all = append(all, [2]float64{t, t + r.ExpFloat64()*mean})
	}
	return all
}

func steady(rate, mean float64) func(*rand.Rand, time.Duration, time.Duration) floors.Series {
	return func(r *rand.Rand, d, every time.Duration) floors.Series {
		return floors.Series{Samples: count(stays(r, rate, mean, -20*mean, d.Seconds()), d, every)}
	}
}

func filling(mean float64) func(*rand.Rand, time.Duration, time.Duration) floors.Series {
	return func(r *rand.Rand, d, every time.Duration) floors.Series {
		return floors.Series{Samples: count(stays(r, 2, mean, 0, d.Seconds()), d, every)}
	}
}

func longPolls(r *rand.Rand, d, every time.Duration) floors.Series {
	var all [][2]float64
	for range 100 {
		for t := -60 * r.Float64(); t < d.Seconds(); {
			end := t + 60
			all = append(all, [2]float64{t, end})
			t = end + r.ExpFloat64()*2
		}
	}
	return floors.Series{Samples: count(all, d, every)}
}

// oneWorker is a queue with one worker, at thirty calls a second.
func oneWorker(load float64) func(*rand.Rand, time.Duration, time.Duration) floors.Series {
	return func(r *rand.Rand, d, every time.Duration) floors.Series {
		var all [][2]float64
		free := -300.0
		for _, t := range arrivals(r, 30, -300, d.Seconds()) {
			free = math.Max(free, t) + r.ExpFloat64()*load/30
			all = append(all, [2]float64{t, free})
		}
		return floors.Series{Samples: count(all, d, every)}
	}
}

func bursts(r *rand.Rand, d, every time.Duration) floors.Series {
	all := stays(r, 5, 1, -20, d.Seconds())
	for t := -60 * r.Float64(); t < d.Seconds(); t += 60 {
		for range 20 + r.IntN(20) {
			all = append(all, [2]float64{t, t + 5 + r.ExpFloat64()*10})
		}
	}
	return floors.Series{Samples: count(all, d, every)}
}

// warmUp is a pool that grows where it is short, and keeps its workers.
func warmUp(r *rand.Rand, d, every time.Duration) floors.Series {
	s := floors.Series{Samples: count(stays(r, 10, 5, -100, d.Seconds()), d, every)}
	most := 0.0
	for i := range s.Samples {
		most = math.Max(most, s.Samples[i].Value)
		s.Samples[i].Value = most
	}
	return s
}

// cache has an entry for each of 500 keys that were asked for.
func cache(r *rand.Rand, d, every time.Duration) floors.Series {
	var all [][2]float64
	seen := map[int]bool{}
	for _, t := range arrivals(r, 500/(d.Seconds()/5), 0, d.Seconds()) {
		if k := r.IntN(500); !seen[k] {
			seen[k] = true
			all = append(all, [2]float64{t, math.Inf(1)})
		}
	}
	return floors.Series{Samples: count(all, d, every)}
}

// hours has a load that rises and falls within an hour, from any hour on.
func hours(r *rand.Rand, d, every time.Duration) floors.Series {
	phase := r.Float64() * 3600
	var all [][2]float64
	var counted []float64
	for _, t := range arrivals(r, 40, -60, d.Seconds()) {
		if r.Float64() < 0.5+0.45*math.Sin(2*math.Pi*(t+phase)/3600) {
			all = append(all, [2]float64{t, t + r.ExpFloat64()*5})
			counted = append(counted, t)
		}
	}
	return floors.Series{Samples: count(all, d, every), Requests: counter(counted, d, every)}
}

// reconnects is a client with connections that all end from time to time.
func reconnects(r *rand.Rand, d, every time.Duration) floors.Series {
	var all [][2]float64
	for from := -300 * r.Float64(); from < d.Seconds(); {
		to := from + 60 + r.Float64()*300
		for range 40 {
			all = append(all, [2]float64{from + r.ExpFloat64()*20, to})
		}
		from = to + 5
	}
	return floors.Series{Samples: count(valid(all), d, every)}
}

func valid(all [][2]float64) (kept [][2]float64) {
	for _, s := range all {
		if s[0] < s[1] {
			kept = append(kept, s)
		}
	}
	return kept
}

// leaking is a service that leaks at a rate beside calls in flight, for some seconds
// before the watch too. Its load does not rise.
func leaking(rate, load, mean, before float64) func(*rand.Rand, time.Duration, time.Duration) floors.Series {
	return func(r *rand.Rand, d, every time.Duration) floors.Series {
		all := stays(r, load, mean, -20*mean, d.Seconds())
		var counted []float64
		for _, s := range all {
			counted = append(counted, s[0])
		}
		for _, t := range arrivals(r, rate, -before, d.Seconds()) {
			all = append(all, [2]float64{t, math.Inf(1)})
		}
		return floors.Series{Samples: count(all, d, every), Requests: counter(counted, d, every)}
	}
}

func counter(times []float64, d, every time.Duration) []floors.Sample {
	var ever [][2]float64
	for _, t := range times {
		ever = append(ever, [2]float64{t, math.Inf(1)})
	}
	return count(ever, d, every)
}
