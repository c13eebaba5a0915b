package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child"
)

func TestMain(m *testing.M) {
	if order := os.Getenv(childVar); order != "" {
		child.Lifeline(0)
		os.Exit(carryOut(order, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// TestRun measures small cases with both tools. It does not check the
// requirements: a loaded machine would miss them.
func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "speed.txt")
	var out, said bytes.Buffer
	code := run(context.Background(), []string{"-cases", "provable,ended", "-sizes", "20", "-live", "10", "-rounds", "1", "-benchmarks", file}, &out, &said)
	require.Less(t, code, 2, said.String())
	for _, want := range []string{"provable  Find   20", "provable  Check  20", "ended     Find   10", "ended     Check  10", "provable/Find/n=20", "times faster"} {
		require.Contains(t, out.String(), want)
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 2*2+2*2*cleanRounds*cleanRuns, bytes.Count(text, []byte("\n")))
	require.Regexp(t, `(?m)^BenchmarkEnded/call=Check/n=10/tool=goleak 1 \d+ ns/op \d+ B/op `, string(text))
}

func TestRunRefuses(t *testing.T) {
	for args, want := range map[string]string{
		"-cases=idle,nonsense": `got "nonsense", want some of provable`,
		"-sizes=10,0":          `got "0", want numbers above zero`,
		"-live=x":              `-live: got "x"`,
		"-rounds=0":            "-rounds: got 0, want one or more",
		"-bars=low":            "not defined",
	} {
		var out, said bytes.Buffer
		require.Equal(t, 2, run(context.Background(), []string{args}, &out, &said), args)
		require.Contains(t, said.String(), want)
	}
}

// TestChildRefuses: a tool that gives a wrong answer makes no sample.
func TestChildRefuses(t *testing.T) {
	for _, order := range []string{"", `{"Case":"nonsense"}`} {
		var out, said bytes.Buffer
		require.Equal(t, 2, carryOut(order, &out, &said))
		require.Contains(t, said.String(), "speed: child: ")
	}
	clean, _ := kindOf("idle")
	require.Error(t, clean.wrong(1))
	leaving, _ := kindOf("provable")
	require.Error(t, leaving.wrong(0))
	require.NoError(t, leaving.wrong(3))
}

// TestBars checks made-up figures on both sides of each requirement.
func TestBars(t *testing.T) {
	ms, mib := time.Millisecond, uint64(1<<20)
	made := func(name string, n int, ours, theirs sample) *row {
		k, ok := kindOf(name)
		require.True(t, ok)
		return &row{work: work{kind: k, n: n, call: callFind}, samples: map[string][]sample{"leak": {ours}, "goleak": {theirs}}}
	}
	for _, c := range []struct {
		name   string
		row    *row
		missed int
	}{
		{"eighty times", made("provable", 10_000, sample{Wall: 10 * ms}, sample{Wall: 800 * ms}), 0},
		{"not quite eighty times", made("provable", 10_000, sample{Wall: 10 * ms}, sample{Wall: 799 * ms}), 1},
		{"all at 100,000", made("provable", 100_000, sample{Wall: ms, Alloc: mib, Peak: 3 * mib, Before: 2 * mib}, sample{Wall: 110 * ms, Alloc: 10 * mib, Peak: 7 * mib, Before: 2 * mib}), 0},
		{"none at 100,000", made("provable", 100_000, sample{Wall: ms, Alloc: mib, Peak: 4 * mib, Before: 2 * mib}, sample{Wall: 109 * ms, Alloc: 9 * mib, Peak: 7 * mib, Before: 2 * mib}), 3},
		{"the budget and little more", made("reachable", 10_000, sample{Wall: settle + 20*ms, Work: 20 * ms}, sample{Wall: 1000 * ms}), 0},
		{"too late and too much work", made("reachable", 10_000, sample{Wall: settle + 21*ms, Work: 21 * ms}, sample{Wall: 1000 * ms}), 2},
		{"as fast", made("ended", 10, sample{Wall: ms}, sample{Wall: ms}), 0},
		{"slower", made("ended", 10, sample{Wall: ms + 1}, sample{Wall: ms}), 1},
		{"one pass", made("chain", 10_000, sample{Passes: 1}, sample{}), 0},
		{"two passes", made("chain", 10_000, sample{Passes: 2}, sample{}), 1},
		{"nothing measured", made("idle", 10, sample{}, sample{}), 1},
	} {
		var out bytes.Buffer
		require.Equal(t, c.missed, printBars(&out, []*row{c.row}), "%s: %s", c.name, out.String())
		require.Equal(t, c.missed, strings.Count(out.String(), "MISSED"))
	}
}

func TestTurnsAreSpread(t *testing.T) {
	turns := func(n, rounds int) (at []int) {
		for round := range rounds {
			if due(round, n, rounds) {
				at = append(at, round)
			}
		}
		return at
	}
	require.Equal(t, []int{3}, turns(1, 7), "in the middle")
	require.Equal(t, []int{0, 1, 2, 3, 4}, turns(5, 5))
	require.Equal(t, []int{0}, turns(1, 1))
	require.Equal(t, []int{1, 4}, turns(2, 6))
	require.Empty(t, turns(0, 3))
}
