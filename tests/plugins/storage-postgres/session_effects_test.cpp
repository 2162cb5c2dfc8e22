// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/session_effects.h"

#include "plugins/storage-postgres/query.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::pg {

class SessionEffectsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SessionEffectsTest);
    CPPUNIT_TEST(letsPassWhatEndsWithTheTransaction);
    CPPUNIT_TEST(seesWhatStaysInTheSession);
    CPPUNIT_TEST(believesWhoeverUndoesIt);
    CPPUNIT_TEST_SUITE_END();

public:
    void letsPassWhatEndsWithTheTransaction() {
        for (const char* sql : {"SELECT 1", " \n select set_at, temp FROM t", "-- SET x\nSELECT 1", "/* LISTEN */ INSERT INTO temporaries VALUES (1)",
                                "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", "UPDATE t SET a = 1", "DELETE FROM t", "SET LOCAL lock_timeout = 1",
                                "set  transaction ISOLATION LEVEL SERIALIZABLE", "NOTIFY a", "SAVEPOINT a", "SELECT pg_advisory_xact_lock(1)",
                                "SELECT pg_try_advisory_xact_lock(1)", "LOCK TABLE t", "(SELECT 1) UNION (SELECT 2)", "VALUES (1)"}) {
            CPPUNIT_ASSERT_MESSAGE(sql, !mayChangeSession({"a.query", sql}));
        }
    }

    void seesWhatStaysInTheSession() {
        for (const char* sql : {"SET search_path = x", "SET SESSION x.y = 1", "RESET ALL", "LISTEN a", "UNLISTEN *", "CREATE TEMP TABLE t (a int)", "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
                                "PREPARE p AS SELECT 1", "DISCARD ALL", "DO $$ BEGIN END $$", "SELECT set_config('a.b', $1, false)", "SELECT pg_advisory_lock(1)",
                                "SELECT pg_catalog.Pg_Try_Advisory_Lock(1, 2)", "SELECT 1 INTO TEMP t", "SELECT 1 INTO\n temporary t", "/* a */ SET x.y = 1", "-- a\nLISTEN b",
                                "SELECT PG_ADVISORY_LOCK_SHARED(1)", "SELECT '--', set_config('a.b', 'c', false)", "SELECT '/*', pg_advisory_lock(1)", "EXPLAIN ANALYZE CREATE TEMP TABLE t AS SELECT 1", "CALL p()", "", "-- nothing", "/* never closed"}) {
            CPPUNIT_ASSERT_MESSAGE(sql, mayChangeSession({"a.query", sql}));
        }
    }

    void believesWhoeverUndoesIt() { CPPUNIT_ASSERT(!mayChangeSession({"a.query", "SELECT set_config('a.b', $1, true)", SessionUse::undone})); }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SessionEffectsTest);

}  // namespace latchkey::pg
