// Which sanitizer this program is built with, for the few tests that one of them can't bear.
#pragma once

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LEASEHOLD_TSAN 1
#endif
#if __has_feature(address_sanitizer)
#define LEASEHOLD_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define LEASEHOLD_TSAN 1
#endif
#if defined(__SANITIZE_ADDRESS__)
#define LEASEHOLD_ASAN 1
#endif
