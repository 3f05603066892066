/** The sign of the project: steps that go one way. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M7 24V17h6v-5h6V7h6" />
      <circle cx="25" cy="7" r="2.6" />
    </svg>
  );
}
