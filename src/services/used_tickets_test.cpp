#include "services/used_tickets.h"

#include "services/oidc_ticket.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

const Instant kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 27);

TEST(UsedTickets, EachIsGoodOnceAndKeptUntilItExpires) {
  const TicketOffice office(std::string(32, 'k'), "here");
  UsedTickets used;
  const std::string first = office.issue(kNow);
  const std::string second = office.issue(kNow);
  EXPECT_TRUE(used.use(first, kNow));
  EXPECT_TRUE(used.use(second, kNow));
  EXPECT_FALSE(used.use(first, kNow + kTicketValid - std::chrono::seconds(1)));
  EXPECT_EQ(used.size(), 2U);
  const Instant later = kNow + kTicketValid + std::chrono::seconds(1);
  EXPECT_TRUE(used.use(office.issue(later), later));
  EXPECT_EQ(used.size(), 1U);
}

TEST(UsedTickets, TakeBoundedRoom) {
  const TicketOffice office(std::string(32, 'k'), "here");
  UsedTickets used(10);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(used.use(office.issue(kNow), kNow));
  EXPECT_EQ(used.size(), 10U);
}

}  // namespace
}  // namespace forecart
