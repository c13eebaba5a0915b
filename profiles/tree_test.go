package profiles

import (
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
)

func node(depth int, name string, self int64) Node {
	return Node{Depth: depth, Function: name, File: "/src/file.go", Line: 10, Self: []int64{self}}
}

func TestTreeMergesStacks(t *testing.T) {
	p := sample(t,
		stack{value: 3, agent: "a", functions: []string{"x.leaf", "x.mid", "x.root"}},
		stack{value: 4, agent: "b", functions: []string{"x.leaf", "x.mid", "x.root"}},
		stack{value: 2, functions: []string{"x.mid", "x.root"}},
		stack{value: 5, functions: []string{"x.other"}},
		stack{value: 9},
	)
	tree := p.Tree()
	require.Equal(t, []Node{node(0, "x.other", 5), node(0, "x.root", 0), node(1, "x.mid", 2), node(2, "x.leaf", 7)}, tree)
	require.Equal(t, [][]int64{{5}, {9}, {9}, {7}}, Totals(tree))
	types, i := p.Types()
	require.Equal(t, []ValueType{{"goroutine", "count"}}, types)
	require.Zero(t, i)
}

func TestTreeKeepsRecursionAndTheBusiestLine(t *testing.T) {
	at := func(value, line int64) stack {
		return stack{value: value, functions: []string{"x.f", "x.f"}, at: map[string]int64{"x.f": line}}
	}
	tree := sample(t, at(1, 20), at(5, 30), at(1, 5)).Tree()
	require.Len(t, tree, 2)
	require.EqualValues(t, 30, tree[0].Line)
	require.EqualValues(t, 7, tree[1].Self[0])
}

func TestTreeOfAllTypes(t *testing.T) {
	p := sampleOf(t, &profile.Profile{SampleType: []*profile.ValueType{{Type: "objects", Unit: "count"}, {Type: "space", Unit: "bytes"}}},
		stack{value: 7, functions: []string{"x.f"}})
	require.Equal(t, []int64{1000, 7}, p.Tree()[0].Self)
	_, i := p.Types()
	require.Equal(t, 1, i)
}

func TestTreeOfNothing(t *testing.T) {
	var none *Profile
	require.Empty(t, none.Tree())
	types, _ := none.Types()
	require.Empty(t, types)
	require.Empty(t, sample(t).Tree())
	require.Empty(t, Totals(nil))
	require.Empty(t, Prune(nil, 0, 0.1))
	require.Zero(t, none.Duration())
}

func TestPruneJoinsWhatIsSmall(t *testing.T) {
	tree := []Node{node(0, "big", 0), node(1, "big.a", 900), node(1, "big.b", 4), node(1, "big.c", 0), node(2, "big.c.d", 3), node(0, "lone", 2), node(0, "other", 91)}
	small := func(depth int, self int64) Node { return Node{Depth: depth, Function: Small, Self: []int64{self}} }
	require.Equal(t, []Node{node(0, "big", 0), node(1, "big.a", 900), small(1, 7), small(0, 2), node(0, "other", 91)}, Prune(tree, 0, 0.01))
	require.Equal(t, tree, Prune(tree, 0, 0), "nothing is small")
	require.Equal(t, []Node{small(0, 1000)}, Prune(tree, 0, 2))
}

// Growth and decline may cancel out. Such a node is not small.
func TestPruneCountsByMagnitude(t *testing.T) {
	tree := []Node{node(0, "x", 0), node(1, "up", 500), node(1, "down", -500)}
	require.Equal(t, tree, Prune(tree, 0, 0.4))
}

func TestCompareMatchesByName(t *testing.T) {
	before := sample(t, stack{value: 3, functions: []string{"x.leaf", "x.root"}}, stack{value: 4, functions: []string{"x.gone", "x.root"}})
	after := sample(t, stack{value: 9, functions: []string{"x.leaf", "x.root"}, at: map[string]int64{"x.leaf": 12}}, stack{value: 1, functions: []string{"x.new", "x.new"}})
	got, err := Compare(before, after, 0)
	require.NoError(t, err)
	require.Equal(t, []Change{
		{"x.leaf", "/src/file.go", 12, 3, 9, 3, 9},
		{"x.gone", "/src/file.go", 10, 4, 0, 4, 0},
		{"x.root", "/src/file.go", 10, 0, 0, 7, 9},
		{"x.new", "/src/file.go", 10, 0, 1, 0, 1},
	}, got)
}

func TestCompareRefuses(t *testing.T) {
	p := sample(t, stack{value: 1, functions: []string{"x.f"}})
	_, err := Compare(p, capture(t, Heap), 0)
	require.EqualError(t, err, `profiles: compare: got kind "goroutine" before and "heap" after, want one kind`)
	_, err = Compare(p, p, 1)
	require.EqualError(t, err, "profiles: compare: got sample type 1, want 0 to 0")
	_, err = Compare(nil, p, 0)
	require.ErrorContains(t, err, "got no profile before")
}
