// Each change is tried by all tests that run it: fewer random values for each of them.
import fc from 'fast-check';

fc.configureGlobal({ numRuns: 20 });
