/**
 * Counts what the content security policy refused, in `data-policy-violations` of the page's root
 * element. A refused style or script otherwise only looks odd; this way the window's test fails.
 */
export function watchPolicyViolations(page: Document): void {
  let count = 0;
  page.documentElement.dataset.policyViolations = "0";
  page.addEventListener("securitypolicyviolation", (event) => {
    count += 1;
    page.documentElement.dataset.policyViolations = String(count);
    page.documentElement.dataset.policyViolation =
      `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`;
  });
}
