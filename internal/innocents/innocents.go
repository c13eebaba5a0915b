// Package innocents holds fan-outs and pools of the kinds that people write, without any
// library below them. Each keeps what it declares: its policy, its bounds and its
// waivers. The scenarios must not find anything wrong with them.
//
// They were written from the contract, without reading how it is judged.
package innocents

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// The reasons of the waivers that most fan-outs need.
const (
	obeys  = "its tasks obey their context"
	crash  = "a panic is a bug and must be seen"
	noLink = "it keeps no state between calls, so it cannot bound the stuck tasks of many calls"
)

// All returns the innocents.
func All() []executor.Spec {
	text := func(s string) string { return s }
	return append([]executor.Spec{
		named(adapt.Func(fourWorkers), "four-workers", "four workers take tasks from a channel",
			waits(obeys), panics(crash), limit(4), joins()),
		named(adapt.Each(fourPlaces), "four-places", "a semaphore with four places, and a goroutine for each task",
			waits(obeys), panics(crash), limit(4), joins()),
		named(adapt.Tasks(inChunks), "chunks", "three tasks at a time, and the next three when all have ended",
			waits(obeys), panics(crash), limit(3), joins(), policy(executor.CollectErrors)),
		named(adapt.Configured(ownTime), "own-time", "each task has 60 ms, and all errors are returned",
			waits(obeys), panics(crash), unlimited(), joins(), policy(executor.CollectErrors), agentTimeout(itsTime)),
		named(adapt.Configured(abandoning), "abandoning", "obeys Limit, AgentTimeout and Grace, and gives up on tasks that outlive them",
			panics(crash), stuck(noLink), policy(executor.BestEffort)),
		named(adapt.Configured(caching), "cache", "each URL is fetched once and kept for later calls",
			waits(obeys), panics(crash), unlimited(), joins()),
		named(adapt.Configured(sharing), "single-flight", "calls share the work for an ID, which ends when no call needs it",
			waits(obeys), unlimited(), lacks(executor.PassesContext), policy(executor.CollectErrors)),
		named(adapt.Values(waitAll, text, text), "wait-for-all", "waits for all tasks and returns the first error",
			waits(obeys), panics(crash), joins(), policy(executor.FirstError)),
		named(adapt.Unordered(asTheyCome, text, text), "as-they-come", "returns the values that succeeded, in the order of time",
			waits(obeys), panics(crash), joins(), policy(executor.BestEffort)),
		named(adapt.Group(newFirstError), "first-error", "an object with Go and Wait: the first error cancels the other tasks",
			waits(obeys), panics(crash), joins()),
		named(adapt.Configured(pooled), "pool", "workers that are started on demand and survive the panics of their tasks",
			waits(obeys), policy(executor.CollectErrors)),
		named(adapt.Tasks(prompt), "prompt", "returns when its context is done, and its tasks end by themselves",
			waits(obeys), panics(crash)),
		named(adapt.Channel(stream, text, received.text), "stream", "sends each result on a channel when it is there",
			waits(obeys), panics(crash)),
	}, streams()...)
}

// property is something that an innocent declares of itself.
type property func(*executor.Spec)

func named(s executor.Spec, name, doc string, all ...property) executor.Spec {
	s.Name, s.Doc = name, doc
	for _, p := range all {
		p(&s)
	}
	return s
}

func policy(p executor.Policy) property { return func(s *executor.Spec) { s.Policy = p } }

func waits(reason string) property {
	return func(s *executor.Spec) { s.Waivers = append(s.Waivers, judge.WaitsForIgnoring(reason)...) }
}

func panics(reason string) property {
	return func(s *executor.Spec) { s.Waivers = append(s.Waivers, judge.LetsPanicsThrough(reason)...) }
}

func stuck(reason string) property {
	return func(s *executor.Spec) {
		s.Waivers = append(s.Waivers, executor.Waiver{Clause: executor.BoundsStuck, Reason: reason})
	}
}

// limit declares a bound of the fan-out's own, and claims that the fan-out keeps it.
func limit(n int) property {
	return func(s *executor.Spec) {
		s.Bounds.Limit = n
		claims(executor.RespectsLimit)(s)
	}
}

// joins is for a fan-out that waits for everything that it starts.
func joins() property { return claims(executor.Joins) }

func claims(c executor.Clause) property {
	return func(s *executor.Spec) {
		s.Lacks = slices.DeleteFunc(slices.Clone(s.Lacks), func(lacked executor.Clause) bool { return lacked == c })
	}
}

func lacks(c executor.Clause) property {
	return func(s *executor.Spec) { s.Lacks = append(s.Lacks, c) }
}

// unlimited is for a Configured fan-out that ignores Config.Limit.
func unlimited() property { return lacks(executor.RespectsLimit) }

func agentTimeout(d time.Duration) property {
	return func(s *executor.Spec) { s.Bounds.AgentTimeout = d }
}
