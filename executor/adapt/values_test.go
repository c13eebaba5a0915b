package adapt_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// mapped is a fan-out over items of any type, one after the other.
func mapped[T any](ctx context.Context, items []T, do func(context.Context, T) (string, error)) ([]string, error) {
	out, errs := make([]string, len(items)), make([]error, len(items))
	for i, item := range items {
		out[i], errs[i] = do(ctx, item)
	}
	return out, errors.Join(errs...)
}

func TestMapRefusesEqualItems(t *testing.T) {
	for name, tt := range map[string]struct {
		item func(int) float64
		want string
	}{
		"constant":  {func(int) float64 { return 7 }, "got 7 for task 0 and for task 1"},
		"two":       {func(i int) float64 { return float64(i / 2) }, "got 0 for task 0 and for task 1"},
		"alternate": {func(i int) float64 { return float64(i % 2) }, "got 0 for task 0 and for task 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := adapt.Map(mapped, tt.item, same, same).New(executor.Config{Runner: runner(answers)})
			require.ErrorContains(t, err, "adapt: Map: item is not different for each task ("+tt.want)
		})
	}
}

// New cannot know how many tasks a call has.
func TestMapRefusesEqualItemsOfACall(t *testing.T) {
	x := build(t, adapt.Map(mapped, func(i int) int { return i % 6 }, same, same), executor.Config{Runner: runner(
		func(context.Context, *executor.Agent, []executor.Message) (*executor.AgentResponse, error) {
			t.Error("a task ran")
			return nil, nil
		})})
	_, err := x.ExecuteParallel(t.Context(), "in", agents("a", "b", "c", "d", "e", "f", "g"))
	require.ErrorContains(t, err, "got 0 for task 0 and for task 6")
}

// A fan-out that makes up an item runs no task in its place.
func TestItemsThatAreNoTasks(t *testing.T) {
	x := build(t, adapt.Map(func(ctx context.Context, _ []int, do func(context.Context, int) (string, error)) ([]string, error) {
		v, err := do(ctx, -1)
		return []string{v}, err
	}, func(i int) int { return i }, same, same), executor.Config{Runner: runner(answers)})
	m, err := x.ExecuteParallel(t.Context(), "in", agents("a"))
	require.ErrorContains(t, err, "not an item of this call (got -1")
	require.Empty(t, m)

	x = build(t, adapt.Map(mapped, func(int) float64 { return math.NaN() }, same, same), executor.Config{Runner: runner(answers)})
	_, err = x.ExecuteParallel(t.Context(), "in", agents("a", "b"))
	require.ErrorContains(t, err, "not an item of this call (got NaN")

	x = build(t, adapt.ByID(func(ctx context.Context, _ []string, do func(context.Context, string) (string, error)) (map[string]string, error) {
		_, err := do(ctx, "nobody")
		return map[string]string{"nobody": "made up"}, err
	}, same, same), executor.Config{Runner: runner(answers)})
	m, err = x.ExecuteParallel(t.Context(), "in", agents("a"))
	require.ErrorContains(t, err, `not an ID of this call (got "nobody"`)
	require.Equal(t, "made up", m["nobody"].Content, "what the fan-out returns is seen")
}

// byText are the shapes that carry responses as texts.
var byText = []string{"Map", "Values", "Unordered", "ByID", "Channel"}

func TestAnyTextIsCarried(t *testing.T) {
	contents := map[string]string{"a": "", "b": "task 0: x", "c": "\x00\n", "d": ": "}
	for _, name := range byText {
		t.Run(name, func(t *testing.T) {
			x := build(t, specs[name], executor.Config{Runner: runner(
				func(_ context.Context, a *executor.Agent, _ []executor.Message) (*executor.AgentResponse, error) {
					return &executor.AgentResponse{AgentID: a.ID, Content: contents[a.ID]}, nil
				})})
			m, err := x.ExecuteParallel(t.Context(), "in", agents("a", "b", "c", "d"))
			require.NoError(t, err)
			require.Len(t, m, len(contents))
			for id, want := range contents {
				require.Equal(t, want, m[id].Content, id)
			}
		})
	}
}

// change is a fan-out that returns something else than its tasks did.
func change(how func([]string) []string) func(context.Context, []func(context.Context) (string, error)) ([]string, error) {
	return func(ctx context.Context, tasks []func(context.Context) (string, error)) ([]string, error) {
		values, err := gather(ctx, tasks)
		return how(values), err
	}
}

// What a fan-out does to its values is seen in the results, or is an error.
func TestChangedValuesAreSeen(t *testing.T) {
	swap := func(v []string) []string { return []string{v[1], v[0]} }
	for name, tt := range map[string]struct {
		spec executor.Spec
		a, b string
		err  string
	}{
		"swapped":             {adapt.Values(change(swap), same, same), "answer of b", "answer of a", ""},
		"swapped, any order":  {adapt.Unordered(change(swap), same, same), "answer of a", "answer of b", ""},
		"cut":                 {adapt.Values(change(func(v []string) []string { return []string{v[0][:12], v[1]} }), same, same), "answ", "answer of b", ""},
		"upper case":          {adapt.Values(change(func(v []string) []string { return []string{strings.ToUpper(v[0]), v[1]} }), same, same), "TASK 0: ANSWER OF A", "answer of b", ""},
		"too many":            {adapt.Values(change(func(v []string) []string { return append(v, v[0]) }), same, same), "", "", "too many results (got 3, want 2,"},
		"twice":               {adapt.Unordered(change(func(v []string) []string { return append(v, v[0]) }), same, same), "answer of a", "answer of b", "two results of task 0"},
		"missing, any order":  {adapt.Unordered(change(func(v []string) []string { return v[1:] }), same, same), "", "answer of b", ""},
		"made up, any order":  {adapt.Unordered(change(func(v []string) []string { return []string{"made up"} }), same, same), "", "", `a result that is no task's (got the text "made up"`},
		"of a task too far":   {adapt.Unordered(change(func(v []string) []string { return []string{"task 2: x"} }), same, same), "", "", `a result that is no task's`},
		"empty, in its place": {adapt.Values(change(func(v []string) []string { return []string{"", v[1]} }), same, same), "", "answer of b", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := build(t, tt.spec, executor.Config{Runner: runner(answers)}).ExecuteParallel(t.Context(), "in", agents("a", "b"))
			if tt.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.err)
			}
			for id, want := range map[string]string{"a": tt.a, "b": tt.b} {
				if want == "" {
					require.NotContains(t, m, id)
				} else {
					require.Equal(t, want, m[id].Content)
					require.Equal(t, id, m[id].AgentID)
				}
			}
		})
	}
}
