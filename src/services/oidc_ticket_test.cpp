#include "services/oidc_ticket.h"

#include "services/oidc_error.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>

namespace forecart {
namespace {

const Instant kNow(std::chrono::seconds(1'800'000'000));

TicketOffice office(char key = 'k', const std::string& purpose = "https://id.example forecart") {
  return TicketOffice(std::string(32, key), purpose);
}

std::optional<OidcFault> refusal(const TicketOffice& office, const std::string& ticket,
                                 Instant now = kNow) {
  try {
    office.secrets(ticket, now);
    return std::nullopt;
  } catch (const OidcError& error) {
    return error.fault();
  }
}

TEST(OidcTicket, ChallengeIsThatOfRfc7636AppendixB) {
  EXPECT_EQ(pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(OidcTicket, GivesTheSameSecretsAgainAndNoOthers) {
  const std::string ticket = office().issue(kNow);
  EXPECT_EQ(ticket.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-_."),
            std::string::npos);
  const OidcSecrets once = office().secrets(ticket, kNow);
  const OidcSecrets again = office().secrets(ticket, kNow + std::chrono::seconds(599));
  EXPECT_EQ(once.state, again.state);
  EXPECT_EQ(once.nonce, again.nonce);
  EXPECT_EQ(once.verifier, again.verifier);
  std::set<std::string> all;
  for (int i = 0; i < 100; ++i) {
    const OidcSecrets others = office().secrets(office().issue(kNow), kNow);
    all.insert({others.state, others.nonce, others.verifier});
    EXPECT_EQ(others.verifier.size(), 43U);
  }
  EXPECT_EQ(all.size(), 300U);
  EXPECT_EQ(ticket.find(once.nonce), std::string::npos);
  EXPECT_EQ(ticket.find(once.verifier), std::string::npos);
}

TEST(OidcTicket, RunsOutAfterTenMinutes) {
  const std::string ticket = office().issue(kNow);
  EXPECT_EQ(refusal(office(), ticket, kNow + std::chrono::seconds(599)), std::nullopt);
  EXPECT_EQ(refusal(office(), ticket, kNow + std::chrono::seconds(600)), OidcFault::too_late);
}

TEST(OidcTicket, OfOthersOrChangedIsNone) {
  const std::string ticket = office().issue(kNow);
  EXPECT_EQ(refusal(office('l'), ticket), OidcFault::not_begun);
  EXPECT_EQ(refusal(office('k', "https://id.example other"), ticket), OidcFault::not_begun);
  for (std::size_t i = 0; i < ticket.size(); ++i) {
    std::string changed = ticket;
    changed[i] = changed[i] == '9' ? '8' : '9';
    ASSERT_EQ(refusal(office(), changed), OidcFault::not_begun) << i;
    ASSERT_EQ(refusal(office(), ticket.substr(0, i)), OidcFault::not_begun) << i;
  }
  EXPECT_EQ(refusal(office(), std::string(1 << 20, '.')), OidcFault::not_begun);
  EXPECT_EQ(refusal(office(), ticket + "A"), OidcFault::not_begun);
}

TEST(OidcTicket, KeysAreLong) {
  EXPECT_THROW(TicketOffice(std::string(31, 'k'), ""), OidcError);
}

}  // namespace
}  // namespace forecart
