package trial

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/service"
)

// Each guilty toy has a line, and no innocent has one.
func TestMarks(t *testing.T) {
	marks, err := Marks("../toys")
	require.NoError(t, err)
	for _, toy := range Toys() {
		if toy.Mark != "" {
			require.Contains(t, marks, toy.Mark)
		}
	}
	_, err = Marks(t.TempDir())
	require.ErrorContains(t, err, "got no guilty line")
}

func at(file string, line int64, creator *service.Frame) service.Finding {
	f := service.Finding{Kind: service.Goroutines, Stage: service.Released, Creator: creator}
	f.File, f.Line, f.Function = "/src/toys/"+file, line, "main.f"
	return f
}

func result(word service.Grade, findings ...service.Finding) service.Result {
	return service.Result{Findings: findings, Rows: []service.Row{{Measure: "goroutines left for good", Decides: true, Values: []service.Value{{Text: "1", Grade: word}}}}}
}

func TestScore(t *testing.T) {
	marks := map[string]Line{"body": {"body.go", 29}}
	guilty, innocent := Toy{Name: "body", Mark: "body"}, Toy{Name: "healthy"}
	statement := &service.Frame{File: "/src/toys/body.go", Line: 29}
	for _, tt := range []struct {
		name         string
		toy          Toy
		result       service.Result
		found, right bool
		others       int
	}{
		{"its line", guilty, result(service.Failing, at("body.go", 29, nil)), true, true, 0},
		{"its go statement", guilty, result(service.Failing, at("transport.go", 1, statement)), true, true, 0},
		{"another line as well", guilty, result(service.Failing, at("body.go", 29, nil), at("main.go", 62, nil)), true, false, 1},
		{"the line beside it", guilty, result(service.Failing, at("body.go", 30, nil)), false, false, 1},
		{"nothing", guilty, result(service.InOrder), false, false, 0},
		{"a measure without a line", guilty, result(service.Failing), false, false, 1},
		{"an innocent in order", innocent, result(service.InOrder), false, true, 0},
		{"an innocent accused", innocent, result(service.Failing, at("main.go", 62, nil)), false, false, 2},
		{"an innocent not judged", innocent, service.Result{Notes: []string{"service could not be judged"}}, false, false, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := Score(tt.toy, marks, tt.result)
			require.Equal(t, tt.found, o.Found)
			require.Equal(t, tt.right, o.Right())
			require.Len(t, o.Others, tt.others)
		})
	}
}

func TestTable(t *testing.T) {
	var guilty, innocent Counters
	body := Toy{Name: "body", Mark: "body"}
	guilty.Add(Outcome{Toy: body, Code: 1, Found: true, Took: 2 * time.Second})
	guilty.Add(Outcome{Toy: body, Code: 0, Others: []string{"heap at main.go:62"}, Took: 4 * time.Second})
	innocent.Add(Outcome{Toy: Toy{Name: "healthy"}, Took: time.Second})
	var b strings.Builder
	require.NoError(t, Write(&b, []Counters{guilty, innocent}))
	require.Equal(t, `TOY      RUNS  FOUND AT ITS LINE  ACCUSED OF ANYTHING ELSE  EXIT CODES    MEAN TIME  LONGEST  BAR
body     2     1                  1                         0 (1), 1 (1)  3.0s       4.0s     MISSED
healthy  1     -                  0                         0 (1)         1.0s       1.0s     met
body: said 1 times: heap at main.go:62
`, b.String())
}
