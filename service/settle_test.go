package service

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/sites"
)

// settleAfter feeds totals at the interval of polls, and returns when it is over.
func settleAfter(base int, quiet time.Duration, totals ...int) (time.Duration, []counts) {
	began := time.Unix(0, 0)
	w := settling{quiet: quiet, began: began, base: counts{total: base}}
	for i := range 200 {
		w.add(counts{at: began.Add(time.Duration(i) * pollEvery), total: totals[min(i, len(totals)-1)]})
		if w.over() {
			return time.Duration(i) * pollEvery, w.window()
		}
	}
	return -1, w.window()
}

func TestSettle(t *testing.T) {
	took, window := settleAfter(10, 5*time.Second, 100, 90, 80, 70)
	require.Equal(t, 5750*time.Millisecond, took, "five seconds after the last fall")
	require.Len(t, window, 21)
	took, _ = settleAfter(10, 5*time.Second, 100, 50, 10)
	require.Equal(t, 1500*time.Millisecond, took, "back at the baseline: a second")
	took, _ = settleAfter(10, 1500*time.Millisecond, 20, 25, 20, 25, 20, 25, 20)
	require.Equal(t, 1500*time.Millisecond, took, "what comes and goes is no fall")
}

func TestFloorLeavesOutWhatCameAndWent(t *testing.T) {
	group := func(key string, v float64) sites.Group {
		return sites.Group{Key: key, Value: v, Stacks: []sites.Stack{{}}}
	}
	all := []counts{
		{descriptors: 12, sites: []sites.Group{group("stays", 5), group("goes", 3)}},
		{descriptors: 9, sites: []sites.Group{group("stays", 7), group("cron", 30)}},
		{descriptors: 11, sites: []sites.Group{group("stays", 6), group("cron", 30)}},
	}
	groups, descriptors := floor(all)
	require.Equal(t, 9, descriptors)
	require.Len(t, groups, 1)
	require.Equal(t, 5.0, groups[0].Value)
}

func TestFollowCountsThoseThatStayed(t *testing.T) {
	at := func(stack string, v float64) sites.Stack { return sites.Stack{ID: stack, Value: v} }
	with := func(stacks ...sites.Stack) counts { return counts{sites: []sites.Group{{Key: "pool", Stacks: stacks}}} }
	all := restingAt(with(at("idle", 5), at("busy", 2)))
	follow(all, with(at("busy", 9), at("idle", 3)))
	follow(all, with(at("idle", 8)))
	require.Equal(t, resting{"idle", 5, 3}, all["pool"])
	follow(all, counts{})
	require.Zero(t, all["pool"].least)
	groups := []Group{{Key: "pool"}, {Key: "new"}}
	addResting(groups, all)
	require.Equal(t, 5.0, groups[0].Waited)
	require.Zero(t, groups[1].Waited)
}
