#include "pipeline/repository.h"
#include "server/routes.h"
#include "services/oidc_error.h"
#include "table/scratch_folder.h"

#include <gmock/gmock.h>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::Not;

class ShellRoutesTest : public testing::Test {
 protected:
  ShellRoutesTest() {
    add_shell_routes(table, {.repository = repository, .metrics = metrics, .ring = nullptr});
  }
  Answer get(const std::string& path) const {
    return table.answer({.method = "GET", .target = path, .headers = {{"host", "localhost"}}});
  }

  ScratchFolder folder;
  Repository repository = Repository::open_or_create({(folder / "shop").string()});
  MetricSet metrics;
  Guard guard{{}};
  RouteTable table{guard};
};

TEST_F(ShellRoutesTest, RunsItsOwnScriptAlone) {
  const Answer page = get("/");
  ASSERT_EQ(page.status, 200);
  EXPECT_EQ(page.type, "text/html; charset=utf-8");
  ASSERT_EQ(page.headers.size(), 1U);
  EXPECT_EQ(page.headers[0].first, "content-security-policy");
  EXPECT_THAT(page.headers[0].second, HasSubstr("default-src 'none'; script-src 'self';"));
  EXPECT_THAT(page.headers[0].second, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(page.headers[0].second, Not(HasSubstr("unsafe")));
  EXPECT_THAT(page.body, Not(testing::ContainsRegex("<script>|<style| on[a-z]+=| style=|//[a-z]")));
}

/// What a data set, a user or an error is called is text to the page, whatever stands in it.
TEST_F(ShellRoutesTest, MakesNoMarkupOfWhatItIsTold) {
  const Answer script = get("/shell.js");
  EXPECT_EQ(script.type, "text/javascript; charset=utf-8");
  EXPECT_THAT(script.body, HasSubstr("textContent"));
  EXPECT_THAT(script.body, HasSubstr(".json()"));
  EXPECT_THAT(script.body,
              Not(testing::ContainsRegex("innerHTML|outerHTML|insertAdjacent|document.write|eval|"
                                         "Function|localStorage|sessionStorage|document.cookie")));
}

/// A word of the address becomes a sentence of the page, or nothing.
TEST_F(ShellRoutesTest, SaysWhyASignInFailed) {
  const std::string script = get("/shell.js").body;
  for (int fault = 0; fault <= static_cast<int>(OidcFault::token_refused); ++fault) {
    const std::string code = to_string(static_cast<OidcFault>(fault));
    EXPECT_THAT(script, HasSubstr(code + ": \"")) << code;
  }
  for (const char* code : {"no_user", "disabled", "unavailable", "internal"}) {
    EXPECT_THAT(script, HasSubstr(std::string(code) + ": \"")) << code;
  }
  EXPECT_THAT(script, HasSubstr("Object.hasOwn(failures, told.get(\"error\"))"));
}

}  // namespace
}  // namespace forecart
