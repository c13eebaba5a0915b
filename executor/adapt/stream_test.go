package adapt_test

import (
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// eachForm tests all forms, and each as a single stream, on virtual time.
func eachForm(t *testing.T, c executor.Config, test func(t *testing.T, x executor.StreamExecutor, r *talker)) {
	for name, form := range forms {
		for name, s := range map[string]executor.Spec{name: form, "single-" + name: adapt.Single(form)} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := &talker{left: map[string]int{}}
					c := c
					c.Runner = r
					require.Nil(t, s.New)
					x, err := s.NewStream(c)
					require.NoError(t, err)
					test(t, x, r)
					synctest.Wait()
				})
			})
		}
	}
}

// texts are what came of each agent, with "end" for its end.
func texts(events iter.Seq2[executor.Event, error]) map[string]string {
	out := map[string]string{}
	for e, err := range events {
		text := e.Delta
		switch {
		case err != nil:
			text = fmt.Sprint(" ", err)
		case e.End:
			text = " end"
		}
		out[e.AgentID] += text
	}
	return out
}

func TestStreamsAreWhole(t *testing.T) {
	eachForm(t, executor.Config{}, func(t *testing.T, x executor.StreamExecutor, r *talker) {
		events := x.Stream(t.Context(), "", talk(4, "a", "b"))
		for range 2 { // each range makes the calls anew
			require.Equal(t, map[string]string{"a": "0123 end", "b": "0123 end"}, texts(events))
		}
		require.Equal(t, map[string]int{"done": 4}, r.left)
		require.Empty(t, texts(x.Stream(t.Context(), "", nil)))
	})
}

// The error of an agent is its end. The others end without.
func TestStreamErrors(t *testing.T) {
	eachForm(t, executor.Config{Policy: executor.CollectErrors}, func(t *testing.T, x executor.StreamExecutor, _ *talker) {
		require.Equal(t, map[string]string{"a": "0123 end", "bad": "0123 agent bad failed: bad"}, texts(x.Stream(t.Context(), "", talk(4, "a", "bad"))))
	})
}

// Each agent has AgentTimeout.
func TestStreamTimeouts(t *testing.T) {
	eachForm(t, executor.Config{AgentTimeout: 2500 * time.Millisecond, Policy: executor.CollectErrors}, func(t *testing.T, x executor.StreamExecutor, _ *talker) {
		want := "01 agent a failed: context deadline exceeded"
		require.Equal(t, map[string]string{"a": want}, texts(x.Stream(t.Context(), "", talk(9, "a"))))
	})
}

// A consumer that leaves ends the agents, in whatever way it leaves.
func TestStreamConsumerLeaves(t *testing.T) {
	ways := map[string]func(events iter.Seq2[executor.Event, error]){
		"break": func(events iter.Seq2[executor.Event, error]) {
			for range events {
				break
			}
		},
		"pull": func(events iter.Seq2[executor.Event, error]) {
			next, stop := iter.Pull2(events)
			next()
			stop()
			stop()
		},
	}
	for way, leave := range ways {
		t.Run(way, func(t *testing.T) {
			eachForm(t, executor.Config{}, func(t *testing.T, x executor.StreamExecutor, r *talker) {
				before := time.Now()
				leave(x.Stream(t.Context(), "", talk(1000, "a", "b")))
				synctest.Wait()
				require.Less(t, time.Since(before), 3*time.Second)
				require.Zero(t, r.left["done"])
			})
		})
	}
}

// The panic of the loop's body reaches the consumer, and ends the agents. The callback
// fan-outs call their consumer on goroutines of their own, where a panic would end the
// process.
func TestStreamConsumerPanics(t *testing.T) {
	eachForm(t, executor.Config{}, func(t *testing.T, x executor.StreamExecutor, r *talker) {
		for _, form := range []string{"/callback", "/bool", "/deaf"} {
			if strings.HasSuffix(t.Name(), form) {
				t.Skip("its consumer runs on other goroutines")
			}
		}
		require.PanicsWithError(t, "bad", func() {
			for range x.Stream(t.Context(), "", talk(1000, "a", "b")) {
				panic(errBad)
			}
		})
		synctest.Wait()
		require.Zero(t, r.left["done"])
	})
}
