// Package leak finds what a piece of Go code leaves behind: goroutines by
// class, with the line that created them, child processes, heap, descriptors and timers.
//
//	leak.Check(t)                                 // first line of a test, also of a parallel one
//	leak.Repeat(t, func(t testing.TB) { ... })    // what grows round by round
//	leak.VerifyTestMain(m)                        // in TestMain
//	base := leak.Take(); ...; _, err := leak.Find(ctx, base) // err is the finding
//	_, err := leak.Rounds(ctx, func(ctx context.Context) error { ... })
//
// Check and Find judge one run of the code. A goroutine that is proven to be stuck
// fails at once; others are given time to end, so that slow ones are not reported.
// Repeat and Rounds run the code several times and judge slopes. They tell apart
// what one run cannot.
//
// # Coming from goleak, leaktest and gleak
//
// The command `stress port` of the main module rewrites these calls in Go files, but for
// those of gleak.
//
//	defer goleak.VerifyNone(t)    leak.Check(t), as the first line; t.Parallel may follow
//	goleak.VerifyTestMain(m)      leak.VerifyTestMain(m)
//	goleak.VerifyNone(t) amid it  if _, err := leak.Find(ctx, nil); err != nil { t.Error(err) }
//	err := goleak.Find()          _, err := leak.Find(ctx, nil)
//	goleak.IgnoreCurrent()        base := leak.Take(), given to Find; Check and VerifyTestMain need none
//	goleak.IgnoreTopFunction(f)   leak.Allow{Top: f, Reason: "..."} in Options.Allow
//	goleak.IgnoreAnyFunction(f)   leak.Allow{Func: f, Reason: "..."}
//	goleak.IgnoreCreatedBy(f)     leak.Allow{CreatedBy: f, Reason: "..."} (in forks of goleak)
//	goleak.Cleanup(f)             code := leak.RunTests(m); f(code), in TestMain
//	defer leaktest.Check(t)()     leak.Check(t)
//	leaktest.CheckTimeout(t, d)   leak.Check(t, leak.Options{Settle: d})
//	leaktest.CheckContext(ctx, t) leak.Check(t, leak.Options{Settle: d}), d for the time left of ctx
//	Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(...))
//	                              leak.Check(GinkgoT()), in a BeforeEach
//
// # Go versions
//
// The package works with Go 1.24 and later. Older versions lack parts of the runtime
// that it uses:
//   - Before Go 1.27 there is no leak profile, except in Go 1.26 with
//     GOEXPERIMENT=goroutineleakprofile. Without it only a nil channel and an empty
//     select are proven, and Report.ProofStatus says so.
//   - Before Go 1.26 stack dumps have no pprof labels. Goroutines of parallel tests
//     are then attributed by their creators alone. Options.Labels is an error, and
//     Allow.Label matches nothing, which a warning says.
//   - Before Go 1.26 the runtime does not count the goroutines that were created.
//     Each search then takes at least one dump, and timers are not judged.
//   - Go 1.24 has no testing/synctest, so nothing there concerns bubbles.
//
// # Limits
//
// What it cannot tell, or only at a price:
//   - "Not proven" never means clean. The proof misses goroutines whose channel
//     or lock is still held by something reachable, such as a variable on the
//     caller's own stack.
//   - One run cannot tell a pool that the code starts on first use from a leak, nor
//     a cache that fills from heap that is lost, nor descriptors and timers that
//     stay from those that are kept for the next call. It excuses the idle
//     connections of a client or database that was dropped, since those of a global
//     one look the same. Repeat tells these apart. Repeat cannot tell a cache that
//     fills more slowly than Plan.Rounds allows from a leak, nor see a leak that
//     comes more seldom than every few rounds.
//   - A self-rearming timer is seen by the goroutines that it creates while nothing
//     else runs. It must fire within Plan.Idle, and then at least once a second;
//     otherwise it is seen only in the heap. The timers that each round adds must
//     make up a twentieth or more of all that fire. On a machine too busy to fire on
//     time the answer is "could not tell".
//   - Timers that fire once are given Options.Settle after the last round to do so,
//     before heap or timers are called a leak. Those that are set for later than
//     that, and hold memory, look like a leak.
//   - A goroutine that waits for a timer, a ticker or the deadline of a context is told
//     from one that is blocked by a heap dump, which stops the world for about a tenth
//     of a second. It is made only where such a goroutine would be reported, at most
//     twice, and not beside more than a thousand goroutines, a heap of more than 256
//     MiB, a proven goroutine or one in a system call. Without it such a goroutine is
//     blocked, and fails after Options.Settle. Contexts of types of the code's own are
//     not followed.
//   - A leaked ticker creates no goroutine: it is seen in the heap, over rounds,
//     or where a goroutine waits on it.
//   - Where thousands of goroutines each hold what the next one waits for, a
//     pass of the profile takes a round of marking for each. No second pass is
//     made after one of more than half a second. One of more than three seconds, and
//     four more for each million goroutines, is left behind: a goroutine with the label
//     watertight.probe waits for it, and until it has ended nothing more is proven.
//     Options.NoProof makes none.
//   - The runtime marks proven goroutines until the next pass, which marks them
//     anew. Waking one that is marked, through a weak pointer for example, can crash
//     the process. While other code writes the profile, a proven goroutine may be
//     reported as blocked.
//   - Three witnesses tell whose a goroutine is: its pprof label, its creators, and
//     functions of tests in its stack ("pkg.TestX.func1"). Where none does, it counts
//     only where the test did not run in parallel, no other test ran, and no more than
//     a thousand goroutines were there before. Otherwise the test logs how many there
//     are, and VerifyTestMain reports them, once. A named function that a timer calls
//     tells of no test: set by one and fired in another, it counts as the other's.
//   - What a server, pool or scheduler that is older than the test starts while the test
//     runs alone counts, unless as many of the same origin have ended meanwhile. A pool
//     that the test is the first to make grow looks the same as a leak. A function that
//     is written in an earlier test's body is that test's, whoever calls it.
//   - Parallel subtests of one function cannot be told apart by it. What has no label
//     is then reported by their parent's Check, if it has one.
//   - Goroutines that end and are started again within milliseconds are reported where
//     a test owns them, by Check and Repeat. Find and Rounds attribute them to other
//     code that starts goroutines now and then.
//   - Heap, descriptors and timers belong to the whole process. Check does not judge
//     them in a parallel test, nor where another test ran at the same time.
//     Descriptors are counted on Linux and macOS; elsewhere the report says that
//     they were not.
//   - Child processes belong to the whole process, too, and are listed on Linux and
//     macOS. Of one that has exited only the name is known. One that a test has started
//     and that ends with another test's Wait is reported by the first.
//   - Package testing ends a test's Context before its cleanups run, so Check does not
//     see what ends with it. Repeat does: the Context of its rounds ends later.
//   - Where the cleanups of a test are not those of package testing, closures of
//     finished ones may hide a proof; the goroutine is then blocked, and the report says
//     so.
//   - In a testing/synctest bubble the wait is virtual time, which stands still
//     while a goroutine of the bubble runs or blocks on something outside it, and
//     the profile proves nothing there.
package leak
