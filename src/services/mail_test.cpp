#include "services/mail.h"

#include "base/error.h"

#include <gmock/gmock.h>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Mail, IsTextWithHeaders) {
  const std::string text =
      mail_text({"a@b.org", {"c@d.org", "e@f.org"}, "Subject", "one\ntwo"}, "now");
  EXPECT_THAT(text, HasSubstr("From: <a@b.org>\r\nTo: <c@d.org>, <e@f.org>\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nSubject: Subject\r\n"));
  EXPECT_THAT(text, testing::EndsWith("\r\n\r\none\r\ntwo\r\n"));
}

TEST(Mail, NoValueBecomesAHeader) {
  const std::string text =
      mail_text({"a@b.org", {"c@d.org"}, "x\r\nBcc: e@f.org\r\n\r\nbody", ""}, "now");
  EXPECT_THAT(text, Not(HasSubstr("\nBcc:")));
}

TEST(Mail, TellsWhyItWasNotTaken) {
  try {
    send_mail({"smtp://127.0.0.1:1", "user", "a-password"}, {"a@b.org", {"c@d.org"}, "s", "t"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_THAT(error.what(), HasSubstr("127.0.0.1"));
    EXPECT_THAT(error.what(), Not(HasSubstr("a-password")));
  }
}

}  // namespace
}  // namespace forecart
