package adapt_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// delivering is a fan-out that ignores its sources, unless take says otherwise, and
// delivers the same values in all calls.
func delivering(take bool, values []chunk, errs ...error) executor.Spec {
	return adapt.StreamSeq(func(ctx context.Context, sources []adapt.Source) iter.Seq2[chunk, error] {
		return func(yield func(chunk, error) bool) {
			for _, s := range sources {
				for range s.Stream(ctx) {
					if !take {
						break
					}
				}
			}
			for _, v := range values {
				if !yield(v, nil) {
					return
				}
			}
			for _, err := range errs {
				if !yield(chunk{}, err) {
					return
				}
			}
		}
	}, stepOf)
}

// What is added to what a fan-out delivers, and what is not.
func TestStreamEnds(t *testing.T) {
	a, of := chunk{model: "a", text: "x"}, func(id string) error { return &executor.AgentError{AgentID: id, Err: errBad} }
	tests := map[string]struct {
		take   bool
		policy executor.Policy
		values []chunk
		errs   []error
		want   map[string]string
	}{
		"no end is delivered":           {values: []chunk{a}, want: map[string]string{"a": "x end", "b": " end"}},
		"all are delivered":             {values: []chunk{{model: "a", text: "x", done: true}, {model: "b", done: true}}, want: map[string]string{"a": "x end", "b": " end"}},
		"a lost end stays lost":         {values: []chunk{{model: "a", done: true}}, take: true, want: map[string]string{"a": " end"}},
		"two ends stay two":             {values: []chunk{{model: "a", done: true}, {model: "a", done: true}}, want: map[string]string{"a": " end end"}},
		"a value with an error":         {take: true, policy: executor.CollectErrors, values: []chunk{{model: "a", text: "x", err: errBad}}, want: map[string]string{"a": "x agent a failed: bad", "b": " end"}},
		"an error that names its agent": {take: true, policy: executor.CollectErrors, errs: []error{fmt.Errorf("all: %w", of("b"))}, want: map[string]string{"a": " end", "b": " agent b failed: bad"}},
		"errors of two, one again":      {policy: executor.CollectErrors, errs: []error{of("b"), errors.Join(of("a"), of("b"))}, want: map[string]string{"a": " agent a failed: bad", "b": " agent b failed: bad"}},
		"the first error ends all":      {take: true, policy: executor.FailFast, errs: []error{of("b")}, want: map[string]string{"a": " end", "b": " agent b failed: bad"}},
		"an answer that was cut":        {policy: executor.CollectErrors, errs: []error{of("b")}, want: map[string]string{"b": " agent b failed: bad"}},
		"an error of nobody":            {errs: []error{io.ErrUnexpectedEOF}, want: map[string]string{"a": " agent a failed: unexpected EOF", "b": " agent b failed: unexpected EOF"}},
		"an error of nobody later":      {take: true, errs: []error{io.ErrUnexpectedEOF}, want: map[string]string{"a": " end", "b": " end", "": " unexpected EOF"}},
		"an error after all ends":       {values: []chunk{{model: "a", done: true}, {model: "b", done: true}}, errs: []error{io.ErrUnexpectedEOF}, want: map[string]string{"a": " end", "b": " end", "": " unexpected EOF"}},
		"an agent that does not exist":  {values: []chunk{{model: "c", text: "x"}}, want: map[string]string{"a": " end", "b": " end", "c": "x"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := delivering(test.take, test.values, test.errs...)
				x, err := s.NewStream(executor.Config{Runner: &talker{left: map[string]int{}}, Policy: test.policy})
				require.NoError(t, err)
				require.Equal(t, test.want, texts(x.Stream(t.Context(), "", talk(1, "a", "b"))))
			})
		})
	}
}

// An agent whose context ended has no end that says that its answer is whole.
func TestStreamEndsAfterCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, err := delivering(true, nil).NewStream(executor.Config{Runner: &talker{left: map[string]int{}}})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 4500*time.Millisecond)
		defer cancel()
		require.Equal(t, map[string]string{"a": " end"}, texts(x.Stream(ctx, "", append(talk(3, "a"), talk(9, "b")...))))
	})
}

// A Runner that does not stream has one piece.
func TestStreamOfWholeAnswers(t *testing.T) {
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			x, err := form.NewStream(executor.Config{Runner: runner(answers), Policy: executor.CollectErrors})
			require.NoError(t, err)
			want := map[string]string{"a": "answer of a end", "bad": " agent bad failed: bad"}
			require.Equal(t, want, texts(x.Stream(t.Context(), "", agents("a", "bad"))))
		})
	}
}

// An object is closed as often as its consumer says, and pulled without a goroutine.
func TestStreamPull(t *testing.T) {
	closed := 0
	s := adapt.StreamReader(func(context.Context, []adapt.Source) (func() (chunk, error), func(), error) {
		left := []chunk{{model: "a", text: "1"}, {model: "a", text: "2"}}
		return func() (c chunk, err error) {
			if len(left) == 0 {
				return c, io.EOF
			}
			c, left = left[0], left[1:]
			return c, nil
		}, func() { closed++ }, nil
	}, stepOf)
	x, err := s.NewStream(executor.Config{Runner: runner(answers)})
	require.NoError(t, err)
	puller := x.(interface {
		Pull(ctx context.Context, input string, agents []*executor.Agent) (next func() (executor.Event, error, bool), stop func())
	})
	next, stop := puller.Pull(t.Context(), "", agents("a"))
	e, err, ok := next()
	require.Equal(t, executor.Event{AgentID: "a", Delta: "1"}, e)
	require.NoError(t, err)
	require.True(t, ok)
	stop()
	stop()
	require.Equal(t, 2, closed)
	_, _, ok = next()
	require.False(t, ok)
	require.Equal(t, map[string]string{"a": "12 end"}, texts(x.Stream(t.Context(), "", agents("a"))))
	require.Equal(t, 3, closed, "also after the end")
}

// What cannot be opened has its error, and nothing is closed.
func TestStreamNotOpened(t *testing.T) {
	fails := map[string]executor.Spec{
		"channel": adapt.StreamChannel(func(context.Context, []adapt.Source) (<-chan chunk, error) { return nil, errBad }, stepOf),
		"reader": adapt.StreamReader(func(context.Context, []adapt.Source) (func() (chunk, error), func(), error) {
			return nil, nil, errBad
		}, stepOf),
		"cursor":   adapt.StreamCursor(func(context.Context, []adapt.Source) (*object, error) { return nil, errBad }, stepOf),
		"callback": adapt.StreamCallback(func(context.Context, []adapt.Source, func(chunk) bool) error { return errBad }, stepOf),
	}
	for name, form := range fails {
		t.Run(name, func(t *testing.T) {
			x, err := form.NewStream(executor.Config{Runner: runner(answers)})
			require.NoError(t, err)
			require.Equal(t, map[string]string{"a": " agent a failed: bad"}, texts(x.Stream(t.Context(), "", agents("a"))))
			x, err = adapt.Single(form).NewStream(executor.Config{Runner: runner(answers)})
			require.NoError(t, err)
			require.Equal(t, map[string]string{"a": " agent a failed: bad"}, texts(x.Stream(t.Context(), "", agents("a"))))
		})
	}
	x, err := adapt.StreamChannel(func(context.Context, []adapt.Source) (<-chan chunk, error) { return nil, nil }, stepOf).NewStream(executor.Config{Runner: runner(answers)})
	require.NoError(t, err)
	require.Contains(t, texts(x.Stream(t.Context(), "", agents("a")))["a"], "open returned nothing")
}
