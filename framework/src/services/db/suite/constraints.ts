import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { DatabaseError } from 'pg'
import type { ConstraintMap, Violation } from '../constraints.ts'
import { run, type Group } from './context.ts'

class Refused extends Error {
  readonly violation: Violation
  constructor(violation: Violation) {
    super(`refused by ${violation.constraint}`)
    this.violation = violation
  }
}

const refuse = (violation: Violation): Error => new Refused(violation)

/** What the database of the suite is opened with. */
export const suiteConstraints: ConstraintMap = {
  suite_owner_key: refuse,
  'suite_owners.name': refuse,
  suite_age_possible: refuse,
  suite_pet_has_owner: refuse,
  suite_one_cage: refuse,
}

export function constraintCases(group: Group): void {
  describe('constraints', () => {
    before(() =>
      run(
        group.db,
        `drop table if exists suite_pets, suite_owners;
        create table suite_owners (id int constraint suite_owner_key primary key, name text not null, age int constraint suite_age_possible check (age >= 0), nick text unique);
        create table suite_pets (owner int constraint suite_pet_has_owner references suite_owners deferrable initially immediate, cage int, constraint suite_one_cage exclude (cage with =));
        insert into suite_owners values (1, 'Ada', 36, 'countess'); insert into suite_pets values (1, 1)`,
      ),
    )

    const broken: [kind: Violation['kind'], constraint: string, statement: string][] = [
      ['unique', 'suite_owner_key', "insert into suite_owners values (1, 'Eve', 1)"],
      ['not null', 'suite_owners.name', 'insert into suite_owners values (2, null, 1)'],
      ['check', 'suite_age_possible', "insert into suite_owners values (2, 'Eve', -1)"],
      ['foreign key', 'suite_pet_has_owner', 'insert into suite_pets values (9, 2)'],
      ['exclusion', 'suite_one_cage', 'insert into suite_pets values (1, 1)'],
    ]
    for (const [kind, constraint, statement] of broken) {
      it(`turns a broken ${kind} constraint into the error that stands for its name · M10.4`, async () => {
        const isMapped = (error: unknown): boolean =>
          error instanceof Refused &&
          error.violation.kind === kind &&
          error.violation.constraint === constraint &&
          error.cause instanceof DatabaseError
        await assert.rejects(run(group.db, statement), isMapped)
        await assert.rejects(
          group.db.transaction((tx) => run(tx, statement)),
          isMapped,
        )
      })
    }

    it('maps a constraint that is checked only at the commit', async () => {
      await assert.rejects(
        group.db.transaction(async (tx) => {
          await run(tx, 'set constraints suite_pet_has_owner deferred')
          await run(tx, 'insert into suite_pets values (9, 3)')
        }),
        Refused,
      )
      assert.deepEqual(await run(group.db, 'select count(*)::int as n from suite_pets'), [{ n: 1 }])
    })

    it("leaves a constraint that nobody expected to break as PostgreSQL's error", async () => {
      await assert.rejects(
        run(group.db, "insert into suite_owners values (5, 'Eve', 1, 'countess')"),
        (error) => error instanceof DatabaseError && error.code === '23505' && error.constraint === 'suite_owners_nick_key',
      )
    })
  })
}
