# Language level, warnings and tuning, carried by the interface target forecart_options.
add_library(forecart_options INTERFACE)
target_compile_features(forecart_options INTERFACE cxx_std_20)
target_compile_options(forecart_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Wno-sign-conversion)
# GCC 12 raises false alarms here, inside Eigen 3.4 and (restrict, PR 105651) std::string::insert.
target_compile_options(forecart_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow -Wno-restrict>)
if(FORECART_WARNINGS_AS_ERRORS)
  target_compile_options(forecart_options INTERFACE -Werror)
endif()
# What is shipped defends itself against what the tests have not found; sanitizers replace it.
target_compile_options(forecart_options INTERFACE $<$<CONFIG:Release>:
  -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
target_link_options(forecart_options INTERFACE
  $<$<CONFIG:Release>:-pie -Wl,-z,relro,-z,now,-z,noexecstack>)
# ... and of the thread sanitizer's code for strings.
if(FORECART_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(forecart_options INTERFACE -Wno-stringop-overread)
endif()
if(FORECART_SANITIZE)
  target_compile_options(forecart_options INTERFACE
    -fsanitize=${FORECART_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(forecart_options INTERFACE -fsanitize=${FORECART_SANITIZE})
endif()
if(FORECART_FUZZERS)
  target_compile_options(forecart_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
