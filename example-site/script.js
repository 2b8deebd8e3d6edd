// A greeting for the hour, and the moon as it is tonight.

const now = new Date();

function greetingAt(hour) {
  if (hour < 5) return 'Still awake? I am';
  if (hour < 11) return 'Good morning, I am';
  if (hour < 18) return 'Good day, I am';
  return 'Good evening, I am';
}

// From new moon to new moon it takes the moon this many days; this was one of them.
const MONTH = 29.530588853;
const NEW_MOON = Date.UTC(2000, 0, 6, 18, 14);

const PHASES = [
  'New moon: nothing to see, which is the best time for stars.',
  'A thin crescent, growing. Look west after sunset.',
  'First quarter: half a moon, high at sunset.',
  'Nearly round, and growing. Brighter than any star.',
  'Full moon! Go outside.',
  'Still round, but shrinking. It rises after dinner.',
  'Last quarter: a half moon for early birds.',
  'A thin crescent, shrinking. Look east before dawn.',
];

// How far the moon is through its month, from 0 to 1.
function ageOfMoon(date) {
  const months = (date - NEW_MOON) / 86400000 / MONTH;
  return months - Math.floor(months);
}

// The lit part: half a circle on the side of the sun, and half an ellipse where light meets dark.
function litShape(age) {
  const width = 50 * Math.cos(2 * Math.PI * age);
  const isGrowing = age < 0.5;
  const edge = isGrowing ? width > 0 : width < 0;
  return `M0-50A50 50 0 0 ${isGrowing ? 1 : 0} 0 50A${Math.abs(width)} 50 0 0 ${edge ? 0 : 1} 0-50`;
}

document.querySelector('#greeting').textContent = greetingAt(now.getHours());

const age = ageOfMoon(now);
document.querySelector('#light').setAttribute('d', litShape(age));
document.querySelector('#phase').textContent = PHASES[Math.round(age * 8) % 8];
document.querySelector('#tonight').hidden = false;
