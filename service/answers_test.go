package service

import (
	"testing"
	"time"
)

func TestAnswers(t *testing.T) {
	checkCases(t, []judgeCase{
		{"answers that fail in the warm-up", []made{{}, {change: func(s *SideRun) { s.Warm.Clients[0].Status = map[string]int{"200": 1000, "500": 1000} }}}, 1, "answers in the warm-up: BROKEN"},
		{"answers that no longer come", []made{{}, {change: func(s *SideRun) { s.Loads[0].Clients[0].Answered, s.Loads[1].Clients[0].Answered = 0, 0 }}}, 1, "answers under faults: BROKEN"},
		{"answers that come now", []made{{change: func(s *SideRun) { s.Loads[0].Clients[0].Answered, s.Loads[1].Clients[0].Answered = 0, 0 }}, {}}, 0, "answers under faults: fixed"},
		{"it does not recover", []made{{}, {change: func(s *SideRun) { s.Recoveries[1].Clients[0].Status = map[string]int{"502": 100} }}}, 1, "answers after the faults: BROKEN"},
		{"one round with fewer answers", []made{{}, {change: func(s *SideRun) { s.Recoveries[1].Clients[0].Status = map[string]int{"200": 90} }}}, 0, "answers after the faults: changed"},
		{"fewer answers in each round", []made{{}, {change: func(s *SideRun) {
			s.Recoveries[0].Clients[0].Status, s.Recoveries[1].Clients[0].Status = map[string]int{"200": 90}, map[string]int{"200": 91}
		}}}, 1, "answers after the faults: BROKEN"},
		{"fewer answers on a busy machine", []made{{}, {change: func(s *SideRun) {
			s.Loads[0].Clients[0].Answered, s.Loads[1].Clients[0].Answered, s.Loads[1].Late = 100, 100, time.Second
		}}}, 2, "answers under faults: unknown"},
		{"more answers than on a busy machine", []made{{change: func(s *SideRun) {
			s.Loads[0].Clients[0].Answered, s.Loads[1].Clients[0].Answered, s.Loads[1].Late = 100, 100, time.Second
		}}, {}}, 0, "answers under faults: unknown"},
		{"no patient client", []made{{}, {change: func(s *SideRun) { s.Loads[0].Clients[0].Client, s.Loads[1].Clients[0].Client = "leaving", "leaving" }}}, 0, "answers under faults: unknown"},
		{"slower, but alive", []made{{}, {change: func(s *SideRun) { s.Loads[1].Clients[0].Latency.P50 = 1400 * time.Millisecond }}}, 0, "median latency of patient clients: changed"},
		{"slower on a busy machine", []made{{}, {change: func(s *SideRun) {
			s.Loads[1].Clients[0].Latency.P50, s.Loads[1].Late = 1400*time.Millisecond, time.Second
		}}}, 0, "median latency of patient clients: unknown"},
	})
}
