#pragma once

namespace tenon::sqlite {

// The walls around raw SQL, each of which the isolation suite takes away in turn to show that it would
// notice. Constant, hence without any cost, in every build but that self-test's.
struct Walls {
  bool authorizer = true;       // asks for each table and function that a statement names
  bool predicate = true;        // the inner view's condition on the tenant
  bool secret_name = true;      // the inner view's name cannot be guessed
  bool owner_check = true;      // a written row's tenant_id must be the caller's
  bool write_predicate = true;  // the triggers change the caller's rows only
  bool function_list = true;    // functions outside the list are refused
  bool explain_refused = true;  // a plan would tell the inner name
  bool key_check = true;        // tables whose keys span tenants are read-only
  bool error_fence = true;      // an error is told only of a run that saw the tenant's rows alone
};

#ifdef TENON_TEST_WALLS
extern Walls walls;
#else
inline constexpr Walls walls{};
#endif

}  // namespace tenon::sqlite
